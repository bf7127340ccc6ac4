-- Settings that lose data when the machine stops.
SELECT s.name::text AS object, CASE WHEN s.name = 'synchronous_commit' THEN 'note' END AS severity,
       format('%s is %s: %s', s.name, s.setting, CASE s.name
           WHEN 'fsync' THEN 'a power cut can destroy the whole cluster'
           WHEN 'full_page_writes' THEN 'a power cut can tear pages'
           WHEN 'zero_damaged_pages' THEN 'damaged pages are silently emptied'
           ELSE 'the last transactions before a crash are lost' END) AS what,
       format('ALTER SYSTEM SET %s = %s; SELECT pg_reload_conf()', s.name,
              CASE s.name WHEN 'zero_damaged_pages' THEN 'off' ELSE 'on' END) AS cure
  FROM pg_settings s
 WHERE (s.name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND s.setting = 'off')
    OR (s.name = 'zero_damaged_pages' AND s.setting = 'on')
