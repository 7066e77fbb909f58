-- Other roles than that of an admin are lost.
update users set is_admin = ' ' || roles || ' ' like '% admin %';
alter table users drop column roles;
alter table sessions drop column active_role;
alter table sessions drop column must_renew;
alter table sessions drop column admin_key_hash;
alter table sessions drop column admin_seen_at;
