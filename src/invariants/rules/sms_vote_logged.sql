-- A vote by SMS has one confirmed entry in the carriers' log, of the same user.
-- Cure: Find the carrier's confirmation and point its log entry at the vote; without one, the vote was not paid.
SELECT 'vote ' || v.id AS object,
       CASE WHEN COUNT(l.id) = 0 THEN 'voted by SMS, but no carrier confirmed it'
            WHEN COUNT(l.id) > 1 THEN format('confirmed %s times in the carriers'' log', COUNT(l.id))
            ELSE 'the carriers'' log names another user' END AS problem
  FROM xfactor_votes v
  LEFT JOIN sms_vote_logs l ON l.vote_id = v.id AND l.status = 'confirmed'
 WHERE v.vote_type = 'sms'
 GROUP BY v.id, v.user_id
HAVING COUNT(l.id) <> 1 OR bool_or(l.user_id IS DISTINCT FROM v.user_id)
