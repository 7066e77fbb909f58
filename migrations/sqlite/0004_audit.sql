-- Who did what to whom. Rows outlive the people in them, so there are no foreign keys, and nothing is ever changed.
create table audit (
    id text not null primary key,
    at integer not null,
    -- Null: whoever typed a command on the server.
    actor_id text,
    actor_email text not null,
    action text not null,
    subject_id text not null,
    subject_email text not null,
    ip text not null,
    -- Both addresses and the action in lower case: what a search looks into.
    search_text text not null
) strict;

create index audit_at on audit (at);

create trigger audit_is_not_changed before update on audit begin select raise(abort, 'the audit is append-only'); end;
create trigger audit_is_not_deleted before delete on audit begin select raise(abort, 'the audit is append-only'); end;
