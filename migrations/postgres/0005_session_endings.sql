-- When the person last typed their password in this session: what is sensitive asks for one not long ago.
alter table sessions add column authenticated_at bigint not null default 0;

-- Log-ins that ended, for a while: what tells people why they are out. They open no door. No foreign key: a session
-- may end in the same moment as its user is deleted.
create table ended_sessions (
    id text not null primary key,
    key_hash bytea not null,
    user_id text not null,
    created_at bigint not null,
    last_seen_at bigint not null,
    remember boolean not null,
    ip text not null,
    user_agent text not null,
    ended_at bigint not null,
    ending text not null
);

create index ended_sessions_key_hash on ended_sessions (key_hash);
create index ended_sessions_user_id on ended_sessions (user_id, ended_at);
create index ended_sessions_ended_at on ended_sessions (ended_at, id);
create index ended_sessions_last_seen_at on ended_sessions (last_seen_at, user_id);

-- What the lists sort by.
drop index sessions_created_at;
create index sessions_created_at on sessions (created_at, id);
create index sessions_last_seen_at on sessions (last_seen_at, user_id);
create index users_created_at on users (created_at, id);
create index users_search_text on users (search_text, id);
