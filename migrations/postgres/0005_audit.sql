-- Who did what to which account. Rows outlive their users, so there are no foreign keys. Append-only.
create table audit (
    id text not null primary key,
    at bigint not null,
    -- Null: a command on the server.
    actor_id text,
    actor_email text not null,
    action text not null,
    subject_id text not null,
    subject_email text not null,
    ip text not null,
    -- Both addresses and the action in lower case, for searches.
    search_text text collate "C" not null
);

create index audit_at on audit (at);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is append-only';
end $$;
create trigger audit_is_append_only before update or delete or truncate on audit
    execute function refuse_change();
