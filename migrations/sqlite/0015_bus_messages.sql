-- Messages between the processes of the product, for live tabs. Only PostgreSQL has more than one process.
create table bus_messages (
    id text not null primary key,
    -- By the database's clock, in unix milliseconds.
    sent_at integer not null,
    -- Encrypted.
    body text not null
) strict;

create index bus_messages_sent_at on bus_messages (sent_at);
