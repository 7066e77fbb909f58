drop table passkeys;
