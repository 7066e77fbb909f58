-- Since when the person is asked for a code besides the password; null: they are not.
alter table users add column second_factor_at bigint;

-- What an authenticator app makes its codes of. It counts once the person has shown that their app has it.
create table second_factors (
    user_id text not null primary key references users (id) on delete cascade,
    -- Encrypted with a key made from the secret: this table alone makes no code.
    secret bytea not null,
    -- The half minute of the last code that counted, so that none counts twice.
    last_step bigint not null default 0
);

-- What stands in for the app when it is lost. A row goes when its code is used.
create table recovery_codes (
    -- SHA-256 of the code and its owner.
    hash bytea not null primary key,
    user_id text not null references users (id) on delete cascade
);

create index recovery_codes_user_id on recovery_codes (user_id);
