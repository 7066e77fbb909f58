-- The roles that a user holds besides that of a member: names with a space between them.
alter table users add column roles text not null default '';
-- `is_admin` is no longer read. It stays for nodes of the version before, which run during a deployment.
update users set roles = 'admin' where is_admin;

-- The role that the user chose for this session. Without one, the strongest that the user holds is active.
alter table sessions add column active_role text;
-- Whether the browser gets a new session id with its next request: the roles of the user changed.
alter table sessions add column must_renew integer not null default false;
-- With ADMIN_SESSION=separate: SHA-256 of the key in the cookie of the admin area, and when it was last used.
alter table sessions add column admin_key_hash blob;
alter table sessions add column admin_seen_at integer;
