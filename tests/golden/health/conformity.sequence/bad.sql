ALTER SEQUENCE artists_id_seq OWNED BY NONE;
ALTER SEQUENCE achievements_id_seq RENAME TO achievement_numbers;
