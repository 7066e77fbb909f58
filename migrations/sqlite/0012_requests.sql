-- Whether a message or a form waits for the next page of this browser, so that other pages need not look. The library
-- does not know the column.
alter table tower_sessions add column waits integer not null default 0;

-- Each press of a button in a form, for a minute: pressed twice, it does once what it does.
create table form_posts (
    -- SHA-256 of the form's token, its path and what was sent.
    key_hash blob not null primary key,
    started_at integer not null,
    -- Encrypted: where the browser was sent, with which cookies, and what was left for the page there. Null as long as
    -- the first one runs.
    outcome blob
) strict;

create index form_posts_started_at on form_posts (started_at);
