create table notes (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    title text not null,
    body text not null,
    created_at bigint not null,
    updated_at bigint not null
);

create index notes_user_id_updated_at on notes (user_id, updated_at);
