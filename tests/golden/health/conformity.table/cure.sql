-- printed
ALTER TABLE achievements SET LOGGED;
ALTER TABLE banners RENAME TO app_banners;
