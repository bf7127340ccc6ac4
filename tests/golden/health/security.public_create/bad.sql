-- protected
GRANT CREATE ON SCHEMA public TO PUBLIC;
