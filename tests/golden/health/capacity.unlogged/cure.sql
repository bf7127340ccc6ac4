-- printed
ALTER TABLE shelf SET LOGGED;
