-- Log-ins that ended, kept for some weeks to tell users why they are logged out. They do not log anyone in. Without a
-- foreign key, since a session may end at the moment its user is deleted.
create table ended_sessions (
    id text not null primary key,
    key_hash blob not null,
    user_id text not null,
    created_at integer not null,
    last_seen_at integer not null,
    remember integer not null,
    ip text not null,
    user_agent text not null,
    ended_at integer not null,
    end_reason text not null
) strict;

create index ended_sessions_key_hash on ended_sessions (key_hash);
create index ended_sessions_user_id on ended_sessions (user_id, ended_at);
create index ended_sessions_ended_at on ended_sessions (ended_at, id);
create index ended_sessions_last_seen_at on ended_sessions (last_seen_at, user_id);
