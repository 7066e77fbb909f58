drop table daily_counts;
drop table active_days;
alter table users drop column time_zone;
