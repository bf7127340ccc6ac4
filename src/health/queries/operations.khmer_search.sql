-- Under LC_CTYPE C no letter of Khmer is a letter, so trigrams of Khmer names are empty and a search finds nothing.
SELECT d.datname::text AS object, NULL AS severity,
       format('database %s has encoding %s and LC_CTYPE %s: a search for a Khmer name finds nothing', d.datname,
              pg_encoding_to_char(d.encoding), d.datctype) AS what,
       'make a database with ENCODING ''UTF8'' LOCALE ''C.UTF-8'' TEMPLATE template0 and restore into it' AS cure
  FROM pg_database d
 WHERE d.datname = current_database()
   AND (pg_encoding_to_char(d.encoding) <> 'UTF8' OR lower('Ḁ') = 'Ḁ')
