ALTER TABLE app_banners RENAME TO banners;
ALTER TABLE achievements SET UNLOGGED;
CREATE SCHEMA old;
ALTER TABLE xfactor_votes SET SCHEMA old;
ALTER TABLE spree_countries SET SCHEMA old;
ALTER TABLE old.spree_countries RENAME TO spree_countries_before;
