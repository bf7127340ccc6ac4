-- A user's name in Khmer and in Latin script is one name, as far as both are common ones.
-- Cure: Ask the user; mostly the name in one script was entered for somebody else.
WITH known AS MATERIALIZED (
SELECT split_part(line, '|', 1) AS khmer, lower(latin) AS latin
  FROM unnest(string_to_array({names}, E'\n')) AS line, unnest(string_to_array(split_part(line, '|', 2), ' ')) AS latin),
khmer AS MATERIALIZED (SELECT khmer AS name, array_agg(left(latin, 2)) AS begins FROM known GROUP BY khmer),
latin AS MATERIALIZED (SELECT DISTINCT latin AS name FROM known)
SELECT 'user ' || u.id AS object, format('is called %s %s, and %s', u.first_name, u.last_name, u.khmer_name) AS problem
  FROM (SELECT NULL::text AS first_name, NULL::text AS last_name) none
 -- Where users have no such columns, as in Spree 4.2, these names are the empty ones above.
 CROSS JOIN LATERAL (SELECT id, khmer_name, first_name, last_name FROM spree_users) u
  JOIN khmer k ON k.name = split_part(u.khmer_name, ' ', 1)
  JOIN khmer m ON m.name = split_part(u.khmer_name, ' ', 2)
  JOIN latin a ON a.name = lower(u.first_name)
  JOIN latin b ON b.name = lower(u.last_name)
 -- Romanisation is free, but it keeps the beginning.
 WHERE NOT ARRAY[left(a.name, 2), left(b.name, 2)] && (k.begins || m.begins)
   AND split_part(u.khmer_name, ' ', 3) = ''
