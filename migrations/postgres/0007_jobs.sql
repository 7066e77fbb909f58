-- Background jobs. A row is added in the transaction that causes the job, and deleted when the job is done.
create table jobs (
    id text not null primary key,
    name text not null,
    -- JSON.
    arguments text not null,
    created_at bigint not null,
    -- Of the jobs that are due, the lowest rank is first.
    rank bigint not null default 0,
    -- When the job may be tried next.
    run_at bigint not null,
    attempts bigint not null default 0,
    -- Id of the running attempt, and when another worker may take the job.
    lease text,
    leased_until bigint,
    -- When the job was given up. Null: it is still tried.
    failed_at bigint,
    -- The last attempt's error.
    error text not null default ''
);

create index jobs_rank on jobs (rank, id);
create index jobs_run_at on jobs (run_at, id);
create index jobs_failed_at on jobs (failed_at, id);
