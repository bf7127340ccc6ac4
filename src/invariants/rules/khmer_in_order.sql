-- Khmer text is searchable: no invisible characters, and every cluster in its one order (a subscript RO last).
-- Cure: Write the name anew without invisible characters and with its signs in the usual order.
SELECT t.object, format('%s: %s', CASE WHEN t.text ~ '[\u200B-\u200D\u2060\uFEFF]' THEN 'has an invisible character'
                                       ELSE 'is not in the usual order' END, t.text) AS problem
  FROM (SELECT 'user ' || id AS object, khmer_name AS text FROM spree_users WHERE khmer_name IS NOT NULL
        UNION ALL
        -- Names that many share are told once.
        SELECT 'user ' || min(id), x FROM spree_users, unnest(ARRAY[province, district, commune, village]) x GROUP BY x
        UNION ALL
        SELECT 'user ' || min(u.id), x
          FROM (SELECT NULL::text AS first_name, NULL::text AS last_name) none
         -- Where users have no such columns, as in Spree 4.2, these names are the empty ones above.
         CROSS JOIN LATERAL (SELECT id, first_name, last_name FROM spree_users) u, unnest(ARRAY[u.first_name, u.last_name]) x GROUP BY x
        UNION ALL
        SELECT 'season ' || id, name FROM xfactor_seasons
        UNION ALL
        SELECT 'episode ' || id, title FROM xfactor_episodes
        UNION ALL
        SELECT 'contestant ' || id, x FROM xfactor_contestants, unnest(ARRAY[name, khmer_name, stage_name, bio, hometown, province]) x
        UNION ALL
        SELECT 'performance ' || id, x FROM episode_contestants, unnest(ARRAY[song_performed, judges_comments]) x
        UNION ALL
        SELECT 'banner ' || id, title FROM app_banners
        UNION ALL
        SELECT 'notification ' || min(id), title FROM push_notifications GROUP BY title
        UNION ALL
        SELECT 'artist ' || id, x FROM artists, unnest(ARRAY[name, khmer_name]) x
        UNION ALL
        SELECT 'organizer ' || id, name FROM event_organizers
        UNION ALL
        SELECT 'product ' || id, venue_name FROM spree_products) t
 WHERE t.text ~ ('[\u200B-\u200D\u2060\uFEFF]|\u17D2\u179A\u17D2|[\u17B6-\u17C8\u17CB\u17CD-\u17D1]\u17D2|[\u17B6-\u17C5][\u17C9\u17CA\u17CC]'
               '|[\u17C6-\u17C8][\u17B6-\u17C5]|\u17D2([^\u1780-\u17B3]|$)')
