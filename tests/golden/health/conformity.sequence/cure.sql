-- printed
ALTER SEQUENCE achievement_numbers RENAME TO achievements_id_seq;
ALTER SEQUENCE artists_id_seq OWNED BY artists.id;
