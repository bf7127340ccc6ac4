-- user_analytics shows what was true when it was last refreshed. PostgreSQL keeps no time of that, so it is compared by
-- the newest user: one who is not in it after the time allowed was missed by a refresh.
SELECT 'user_analytics' AS object, NULL AS severity,
       format('user_analytics was last refreshed before %s, when user %s came', to_char(u.created_at, 'YYYY-MM-DD HH24:MI'), u.id) AS what,
       'REFRESH MATERIALIZED VIEW CONCURRENTLY user_analytics' AS cure
  FROM (SELECT id, created_at FROM spree_users ORDER BY id DESC LIMIT 1) u
 WHERE u.created_at < now() AT TIME ZONE 'UTC' - make_interval(secs => {analytics_age})
   AND NOT EXISTS (SELECT FROM user_analytics a WHERE a.id = u.id)
