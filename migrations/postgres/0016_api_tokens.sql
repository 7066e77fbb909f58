-- Access tokens for the API: a request with a token acts as its user.
create table api_tokens (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    -- The owner's name for it.
    name text not null,
    -- Names with a space between them.
    scopes text not null,
    -- SHA-256 of the secret.
    hash bytea not null unique,
    created_at bigint not null,
    expires_at bigint not null,
    -- Up to a minute behind.
    last_used_at bigint
);

create index api_tokens_user_id on api_tokens (user_id);
