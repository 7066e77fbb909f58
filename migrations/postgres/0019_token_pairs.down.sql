drop table token_pairs;
