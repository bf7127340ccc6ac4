-- printed
ALTER TABLE xfactor_votes ENABLE TRIGGER ALL;
