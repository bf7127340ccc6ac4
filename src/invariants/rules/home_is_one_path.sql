-- Province, district, commune and village of a user are one path of the gazetteer, as far as it knows their names.
-- Cure: Ask the user, or correct the names above the smallest place that is right.
WITH place AS MATERIALIZED (
SELECT split_part(line, '|', 1) AS code, lower(split_part(line, '|', 2)) AS khmer, translate(lower(split_part(line, '|', 3)), 'éâ', 'ea') AS latin
  FROM unnest(string_to_array({gazetteer}, E'\n')) AS line),
-- A place with what it lies in.
path AS MATERIALIZED (
SELECT length(code) AS level, khmer, latin,
       first_value(khmer) OVER p AS p_khmer, first_value(latin) OVER p AS p_latin,
       first_value(khmer) OVER d AS d_khmer, first_value(latin) OVER d AS d_latin,
       first_value(khmer) OVER c AS c_khmer, first_value(latin) OVER c AS c_latin
  FROM place
WINDOW p AS (PARTITION BY left(code, 2) ORDER BY code),
       d AS (PARTITION BY left(code, 4) ORDER BY code),
       c AS (PARTITION BY left(code, 6) ORDER BY code)),
home AS MATERIALIZED (
SELECT w.*, translate(lower(w.province), 'éâ', 'ea') AS p, lower(w.district) AS d, lower(w.commune) AS c, lower(w.village) AS v
  FROM (SELECT DISTINCT province, district, commune, village FROM spree_users) w),
-- Most are right as they are; of the others, the names that are known.
odd AS MATERIALIZED (
SELECT h.province, h.district, h.commune, h.village,
       CASE WHEN h.p IN (SELECT khmer FROM path WHERE level = 2 UNION ALL SELECT latin FROM path WHERE level = 2) THEN h.p END AS p,
       CASE WHEN h.d IN (SELECT khmer FROM path WHERE level = 4 UNION ALL SELECT latin FROM path WHERE level = 4) THEN h.d END AS d,
       CASE WHEN h.c IN (SELECT khmer FROM path WHERE level = 6 UNION ALL SELECT latin FROM path WHERE level = 6) THEN h.c END AS c,
       CASE WHEN h.v IN (SELECT khmer FROM path WHERE level = 8 UNION ALL SELECT latin FROM path WHERE level = 8) THEN h.v END AS v
  FROM home h
 WHERE NOT EXISTS (SELECT FROM path x WHERE x.level = 8 AND x.latin = h.v AND x.c_latin = h.c AND x.d_latin = h.d AND x.p_latin = h.p)),
-- Of the places that bear the name of the smallest one, one must lie in all the others.
wrong AS MATERIALIZED (
SELECT o.province, o.district, o.commune, o.village
  FROM odd o
  JOIN (SELECT khmer AS name, path.* FROM path UNION ALL SELECT latin, path.* FROM path) x
    ON x.name = COALESCE(o.v, o.c, o.d) AND x.level = CASE WHEN o.v IS NOT NULL THEN 8 WHEN o.c IS NOT NULL THEN 6 ELSE 4 END
 GROUP BY 1, 2, 3, 4
HAVING NOT bool_or(COALESCE(o.p IN (x.p_khmer, x.p_latin), true)
               AND COALESCE(o.d IN (x.d_khmer, x.d_latin), true)
               AND COALESCE(o.c IN (x.c_khmer, x.c_latin), true)))
SELECT 'user ' || u.id AS object,
       format('lives in %s: no path of the gazetteer', concat_ws(', ', u.village, u.commune, u.district, u.province)) AS problem
  FROM wrong w
  JOIN spree_users u ON format('%s|%s|%s|%s', u.province, u.district, u.commune, u.village)
                      = format('%s|%s|%s|%s', w.province, w.district, w.commune, w.village)
