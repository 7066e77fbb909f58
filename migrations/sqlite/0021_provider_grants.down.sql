drop index provider_sessions_check_at;
alter table provider_sessions drop column check_at;
alter table provider_sessions drop column grant_token;
