-- printed
SELECT pg_terminate_backend(#);
SELECT pg_terminate_backend(#);
