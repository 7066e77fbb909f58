-- Times are unix milliseconds. Ids are uuid v7 as text.
create table users (
    id text not null primary key,
    email text not null,
    -- The address in lower case: what makes it unique and what log-in looks up.
    email_key text collate "C" not null unique,
    name text not null,
    -- Name and email in lower case: what an admin's search looks into and sorts by.
    search_text text collate "C" not null,
    password_hash text not null,
    -- A log-in that was checked against an older password than this does not begin.
    password_changed_at bigint not null,
    is_admin boolean not null default false,
    -- Since when the account is closed; null: it is open.
    disabled_at bigint,
    created_at bigint not null
);
