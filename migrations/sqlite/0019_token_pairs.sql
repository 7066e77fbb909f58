-- Token pairs of first-party clients: each row is an access token. The refresh token beside it has no row.
create table token_pairs (
    -- SHA-256 of the access token.
    access_hash blob not null primary key,
    session_id text not null references sessions (id) on delete cascade,
    -- The number of the refresh token in its session. The highest one is valid; those below are spent.
    number integer not null,
    created_at integer not null
) strict;

create index token_pairs_session_id on token_pairs (session_id, number);
