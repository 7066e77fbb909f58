-- When the deletion of the account was planned: a recovery cancels it if it was planned lately. Null: none is planned, or
-- it was planned before this column was there.
alter table users add column deletion_planned_at integer;

-- When the code was made: a recovery removes the codes that were made lately.
alter table recovery_codes add column created_at integer not null default 0;
