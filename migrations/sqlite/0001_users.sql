-- Times are unix milliseconds. Ids are uuid v7 as text.
create table users (
    id text not null primary key,
    email text not null,
    -- The address in lower case: unique, and used to look up an account.
    email_key text not null unique,
    -- When the user proved that they receive email at the address. Null: not yet.
    email_verified_at integer,
    -- The address that the mail server refused for good: this user's, or a new one that the user asked for. Null: none.
    undeliverable_email text,
    -- When the user was reminded to confirm the address. Null: not yet.
    reminded_at integer,
    name text not null,
    -- Name and email in lower case, for the admin's search and sort order.
    search_text text not null,
    password_hash text not null,
    -- A log-in that was checked against an earlier password is refused.
    password_changed_at integer not null,
    is_admin integer not null default false,
    -- When the account was disabled. Null: it is open.
    disabled_at integer,
    -- When two-factor authentication was turned on. Null: it is off.
    second_factor_at integer,
    -- When the account will be deleted, at its owner's request. Null: it stays.
    delete_at integer,
    -- When the owner asked for the deletion. A recovery cancels a deletion that was requested recently.
    deletion_planned_at integer,
    created_at integer not null
) strict;

create index users_created_at on users (created_at, id);
create index users_search_text on users (search_text, id);
create index users_delete_at on users (delete_at);
create index users_unverified on users (created_at) where email_verified_at is null;
create index users_undeliverable on users (id) where undeliverable_email is not null;
