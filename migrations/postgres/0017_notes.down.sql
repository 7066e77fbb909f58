drop index notes_user_id_id;
