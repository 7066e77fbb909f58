-- The session data of each browser, in the table of tower-sessions: flash messages, return path, rejected forms, pending
-- log-ins. It does not prove who the user is.
create table tower_sessions (
    id text not null primary key,
    data blob not null,
    expiry_date text not null,
    -- Whether a message or a form waits for the browser's next page, so that other pages do not load the data. The
    -- library does not know this column.
    has_pending integer not null default 0
) strict;

create index tower_sessions_expiry_date on tower_sessions (expiry_date);
