-- Who did what to whom. Rows outlive the people in them, so there are no foreign keys, and nothing is ever changed.
create table audit (
    id text not null primary key,
    at bigint not null,
    -- Null: whoever typed a command on the server.
    actor_id text,
    actor_email text not null,
    action text not null,
    subject_id text not null,
    subject_email text not null,
    ip text not null,
    -- Both addresses and the action in lower case: what a search looks into.
    search_text text collate "C" not null
);

create index audit_at on audit (at);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is append-only';
end $$;
create trigger audit_is_append_only before update or delete or truncate on audit
    execute function refuse_change();
