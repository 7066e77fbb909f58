drop table audit;
drop function refuse_change();
