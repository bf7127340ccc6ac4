CREATE INDEX another_name ON artists (name);
CREATE UNIQUE INDEX again_unique ON vote_packages (sku);
CREATE INDEX descending ON artists (name DESC);
