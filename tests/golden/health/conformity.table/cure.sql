-- printed
ALTER TABLE old.spree_countries_before RENAME TO spree_countries; ALTER TABLE old.spree_countries SET SCHEMA public;
ALTER TABLE achievements SET LOGGED;
ALTER TABLE banners RENAME TO app_banners;
ALTER TABLE old.xfactor_votes SET SCHEMA public;
