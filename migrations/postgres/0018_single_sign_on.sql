-- Accounts at providers with which users log in.
create table identities (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    -- The address of the provider. Its name in the settings may change.
    issuer text not null,
    -- The provider's id of the user.
    subject text not null,
    -- At the provider, when it was linked.
    email text not null,
    created_at bigint not null,
    last_used_at bigint not null,
    unique (issuer, subject)
);

create index identities_user_id on identities (user_id);

-- Log-ins that began with a provider.
create table provider_sessions (
    session_id text not null primary key references sessions (id) on delete cascade,
    identity_id text not null references identities (id) on delete cascade,
    -- The provider's id of its session, if it has one.
    sid text,
    -- Encrypted; for the log-out at the provider.
    id_token bytea
);

create index provider_sessions_identity_id on provider_sessions (identity_id);

-- Browsers that were sent to a provider and have not come back.
create table sign_on_requests (
    -- SHA-256 of the state.
    hash bytea not null primary key,
    issuer text not null,
    purpose text not null,
    -- The log-in for which it was made. Null: to log in.
    session_id text references sessions (id) on delete cascade,
    -- Nonce and PKCE verifier, encrypted.
    secrets bytea not null,
    return_path text not null,
    created_at bigint not null,
    expires_at bigint not null
);

create index sign_on_requests_session_id on sign_on_requests (session_id);
create index sign_on_requests_expires_at on sign_on_requests (expires_at);

-- Log-out tokens that were used, and the sessions of providers that they ended, until both are out of date.
create table logout_tokens (
    -- SHA-256 of issuer and id, or of identity and session.
    hash bytea not null primary key,
    expires_at bigint not null
);
