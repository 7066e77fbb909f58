-- Form posts of the last ten minutes, so that a form that is sent twice takes effect once.
create table form_posts (
    -- SHA-256 of the form's token, its path and its content.
    key_hash bytea not null primary key,
    started_at bigint not null,
    -- Encrypted: the redirect, the cookies and the messages of the first post. Null while it runs.
    outcome bytea
);

create index form_posts_started_at on form_posts (started_at);
