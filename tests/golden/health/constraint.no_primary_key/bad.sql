CREATE TABLE shelf (id bigint NOT NULL, label text);
CREATE TABLE label (label text);
