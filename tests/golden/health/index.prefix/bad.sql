CREATE INDEX name_and_country ON artists (name, country);
