-- Khmer text is searchable: no invisible characters, and every cluster in its one order (a subscript RO last).
-- Cure: Write the name anew without invisible characters and with its signs in the usual order.
SELECT t.object, format('%s: %s', CASE WHEN t.text ~ '[\u200B-\u200D\u2060\uFEFF]' THEN 'has an invisible character'
                                       ELSE 'is not in the usual order' END, t.text) AS problem
  FROM (SELECT 'user ' || id AS object, khmer_name AS text FROM spree_users WHERE khmer_name IS NOT NULL
        UNION ALL
        SELECT 'contestant ' || id, x FROM xfactor_contestants, unnest(ARRAY[khmer_name, stage_name, bio]) x WHERE x IS NOT NULL
        UNION ALL
        SELECT 'performance ' || id, x FROM episode_contestants, unnest(ARRAY[song_performed, judges_comments]) x WHERE x IS NOT NULL
        UNION ALL
        SELECT 'banner ' || id, title FROM app_banners WHERE title IS NOT NULL
        UNION ALL
        SELECT 'notification ' || min(id), title FROM push_notifications GROUP BY title
        UNION ALL
        SELECT 'artist ' || id, khmer_name FROM artists WHERE khmer_name IS NOT NULL) t
 WHERE t.text ~ '[\u200B-\u200D\u2060\uFEFF]'
    OR t.text ~ '\u17D2\u179A\u17D2'
    OR t.text ~ '[\u17B6-\u17C8\u17CB\u17CD-\u17D1]\u17D2'
    OR t.text ~ '[\u17B6-\u17C5][\u17C9\u17CA\u17CC]'
    OR t.text ~ '[\u17C6-\u17C8][\u17B6-\u17C5]'
    OR t.text ~ '\u17D2([^\u1780-\u17B3]|$)'
