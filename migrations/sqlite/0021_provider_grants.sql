-- What asks the provider again whether the user may still log in: encrypted, and when it is asked next.
alter table provider_sessions add column grant_token blob;
alter table provider_sessions add column check_at integer;

create index provider_sessions_check_at on provider_sessions (check_at);
