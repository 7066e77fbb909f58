drop table logout_tokens;
drop table sign_on_requests;
drop table provider_sessions;
drop table identities;
