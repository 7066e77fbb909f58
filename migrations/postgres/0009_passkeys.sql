-- Keys in people's devices that log them in without a password.
create table passkeys (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    -- What the device calls it.
    credential_id bytea not null unique,
    -- JSON of the library: the public key, and how often the device says that it was used.
    credential text not null,
    -- SHA-256 of the exchange that it was used in last: no exchange counts twice.
    exchange bytea not null,
    -- What its owner calls it.
    name text not null,
    created_at bigint not null,
    last_used_at bigint
);

create index passkeys_user_id on passkeys (user_id);
