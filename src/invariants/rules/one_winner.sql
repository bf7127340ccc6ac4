-- A completed season has one winner; no other season has any.
-- Cure: Set the status of the one who won to 2, and take it from the others; a season that is not over has no winner.
SELECT 'season ' || s.id AS object,
       format('its status is %s and it has %s winners', s.status, COUNT(c.id)) AS problem
  FROM xfactor_seasons s
  LEFT JOIN xfactor_contestants c ON c.season_id = s.id AND c.status = 2
 WHERE s.status IN (0, 1, 2)
 GROUP BY s.id, s.status
HAVING COUNT(c.id) <> CASE s.status WHEN 2 THEN 1 ELSE 0 END
