-- Who did what to which account. Rows outlive their users, so there are no foreign keys. Append-only.
create table audit (
    id text not null primary key,
    at integer not null,
    -- Null: a command on the server.
    actor_id text,
    actor_email text not null,
    action text not null,
    subject_id text not null,
    subject_email text not null,
    ip text not null,
    -- Both addresses and the action in lower case, for searches.
    search_text text not null
) strict;

create index audit_at on audit (at);

create trigger audit_is_not_changed before update on audit begin select raise(abort, 'the audit is append-only'); end;
create trigger audit_is_not_deleted before delete on audit begin select raise(abort, 'the audit is append-only'); end;
