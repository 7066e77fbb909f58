-- A name of the time zone database, like Europe/Paris. Empty: not chosen.
alter table users add column time_zone text not null default '';

-- Statistics for admins. A day is the number of whole days since 1970, in UTC.
-- The days on which each user used the product.
create table active_days (
    day integer not null,
    user_id text not null references users (id) on delete cascade,
    primary key (day, user_id)
) strict;

create index active_days_user_id on active_days (user_id, day);

-- How often something happened on a day, like a log-in that failed.
create table daily_counts (
    day integer not null,
    name text not null,
    count integer not null,
    primary key (day, name)
) strict;
