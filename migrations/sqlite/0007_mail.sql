-- When the person proved that the address is theirs; null: not yet.
alter table users add column email_verified_at integer;
-- When the account will be deleted, because its owner asked for it; null: it stays.
alter table users add column delete_at integer;

-- Work for later. A row is made in the transaction of what causes it, and goes when the work is done.
create table jobs (
    id text not null primary key,
    name text not null,
    -- JSON.
    arguments text not null,
    created_at integer not null,
    -- When it may be tried next.
    run_at integer not null,
    attempts integer not null default 0,
    -- The try that is going on, and until when nobody else begins one.
    lease text,
    leased_until integer,
    -- Since when nobody tries any more; null: it waits.
    failed_at integer,
    -- What went wrong the last time.
    error text not null default ''
) strict;

create index jobs_run_at on jobs (run_at, id);
create index jobs_failed_at on jobs (failed_at, id);

-- What a link in a mail proves, once and for a while.
create table tokens (
    id text not null primary key,
    -- SHA-256 of what stands in the link, so that this table alone opens no door.
    hash blob not null unique,
    purpose text not null,
    user_id text not null references users (id) on delete cascade,
    -- The address that it was sent to.
    email text not null,
    created_at integer not null,
    expires_at integer not null
) strict;

create index tokens_user_id on tokens (user_id, purpose);
create index tokens_expires_at on tokens (expires_at);

create index users_delete_at on users (delete_at);
