SELECT seq AS object, CASE WHEN taken > next THEN 'warning' END AS severity,
       CASE WHEN taken > next
            THEN format('sequence %s gives %s next, and %s %s is taken: inserts will fail when it gets there', seq, next, col, taken)
            ELSE format('sequence %s gives %s next, but %s %s is taken: inserts fail', seq, next, col, taken) END AS what,
       cure
  FROM ({parts}) numbers WHERE taken IS NOT NULL ORDER BY seq COLLATE "C", col COLLATE "C"
