-- One row is one log-in on one browser. A user is logged in exactly while the row exists and is in time.
create table sessions (
    id text not null primary key,
    -- SHA-256 of the browser's session id, so that a copy of this table does not log anyone in.
    key_hash blob not null unique,
    user_id text not null references users (id) on delete cascade,
    created_at integer not null,
    last_seen_at integer not null,
    expires_at integer not null,
    -- When the user last typed their password in this session. Sensitive actions need a recent one.
    authenticated_at integer not null,
    remember integer not null,
    ip text not null,
    user_agent text not null
) strict;

create index sessions_user_id on sessions (user_id);
create index sessions_created_at on sessions (created_at, id);
create index sessions_last_seen_at on sessions (last_seen_at, user_id);
create index sessions_expires_at on sessions (expires_at);
