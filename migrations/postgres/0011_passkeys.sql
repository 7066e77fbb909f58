-- WebAuthn credentials: they log users in without a password.
create table passkeys (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    -- The authenticator's id for the credential.
    credential_id bytea not null unique,
    -- The library's JSON: the public key and the authenticator's use counter.
    credential text not null,
    -- SHA-256 of the challenge that was last answered, so that no challenge is accepted twice.
    challenge_hash bytea not null,
    -- The owner's name for it.
    name text not null,
    created_at bigint not null,
    last_used_at bigint
);

create index passkeys_user_id on passkeys (user_id);
