-- How often something was tried, so that guessing is slow: a bucket that every try fills and that drains by itself.
create table attempts (
    -- SHA-256 of what is tried, and by whom or on whose account: addresses do not stand here for anybody to read.
    key_hash blob not null primary key,
    -- When the bucket will be empty again.
    empty_at integer not null
) strict;

create index attempts_empty_at on attempts (empty_at);
