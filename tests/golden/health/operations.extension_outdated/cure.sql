-- printed
ALTER EXTENSION hstore UPDATE;
