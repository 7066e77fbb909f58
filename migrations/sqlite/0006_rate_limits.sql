-- Rate limits: a bucket that each attempt fills and that empties over time.
create table rate_limits (
    -- SHA-256 of the kind of attempt and its account or address, so that no address is stored in plain text.
    key_hash blob not null primary key,
    -- When the bucket is empty again.
    empty_at integer not null
) strict;

create index rate_limits_empty_at on rate_limits (empty_at);
