-- For the API, which lists notes in the order of their ids: that order does not change while a client reads the pages.
create index notes_user_id_id on notes (user_id, id);
