drop table tower_sessions;
