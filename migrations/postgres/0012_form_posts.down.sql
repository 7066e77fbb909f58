drop table form_posts;
