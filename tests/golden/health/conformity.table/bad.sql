ALTER TABLE app_banners RENAME TO banners;
ALTER TABLE achievements SET UNLOGGED;
