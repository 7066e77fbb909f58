-- Secrets in emailed links. Each works once and expires.
create table tokens (
    id text not null primary key,
    -- SHA-256 of the secret, so that a copy of this table does not contain usable links.
    hash blob not null unique,
    purpose text not null,
    user_id text not null references users (id) on delete cascade,
    -- The address of the email.
    email text not null,
    created_at integer not null,
    expires_at integer not null
) strict;

create index tokens_user_id on tokens (user_id, purpose);
create index tokens_expires_at on tokens (expires_at);
