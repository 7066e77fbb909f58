-- Times are unix milliseconds. Ids are uuid v7 as text.
create table users (
    id text not null primary key,
    email text not null,
    -- The address in lower case: what makes it unique and what log-in looks up.
    email_key text not null unique,
    name text not null,
    -- Name and email in lower case: what an admin's search looks into and sorts by.
    search_text text not null,
    password_hash text not null,
    -- A log-in that was checked against an older password than this does not begin.
    password_changed_at integer not null,
    is_admin integer not null default false,
    -- Since when the account is closed; null: it is open.
    disabled_at integer,
    created_at integer not null
) strict;
