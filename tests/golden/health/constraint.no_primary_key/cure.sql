-- printed
ALTER TABLE label ADD COLUMN id bigserial PRIMARY KEY;
ALTER TABLE shelf ADD PRIMARY KEY (id);
