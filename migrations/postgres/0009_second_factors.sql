-- Secrets of authenticator apps (TOTP). One counts after the user typed a code of it.
create table second_factors (
    user_id text not null primary key references users (id) on delete cascade,
    -- Encrypted with a key derived from the session secret: a copy of this table makes no codes.
    secret bytea not null,
    -- The 30-second step of the last accepted code, so that no code is accepted twice.
    last_step bigint not null default 0
);
