-- One row is one log-in on one browser. A person is logged in exactly while the row exists and is in time.
create table sessions (
    id text not null primary key,
    -- SHA-256 of the browser's session id, so that this table alone opens no door.
    key_hash blob not null unique,
    user_id text not null references users (id) on delete cascade,
    created_at integer not null,
    last_seen_at integer not null,
    expires_at integer not null,
    remember integer not null,
    ip text not null,
    user_agent text not null
) strict;

create index sessions_user_id on sessions (user_id);
create index sessions_created_at on sessions (created_at);
create index sessions_expires_at on sessions (expires_at);

-- The library's table (tower-sessions): flash, return path, half-finished forms. It proves nobody's identity.
create table tower_sessions (
    id text not null primary key,
    data blob not null,
    expiry_date text not null
) strict;
