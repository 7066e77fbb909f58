-- Replacements for a lost authenticator app. A row is deleted when its code is used.
create table recovery_codes (
    -- SHA-256 of the code and its owner.
    hash blob not null primary key,
    user_id text not null references users (id) on delete cascade,
    -- An account recovery deletes the codes that were made recently.
    created_at integer not null
) strict;

create index recovery_codes_user_id on recovery_codes (user_id);
