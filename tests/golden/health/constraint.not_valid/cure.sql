-- printed
ALTER TABLE artists VALIDATE CONSTRAINT known_country;
ALTER TABLE shelf VALIDATE CONSTRAINT shelf_artist;
