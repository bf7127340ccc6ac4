-- The carriers' log points at votes by SMS only, and only a confirmed message has a vote.
-- Cure: Empty vote_id of the log entry, or correct its status.
SELECT 'SMS log ' || l.id AS object,
       CASE WHEN v.vote_type <> 'sms' THEN format('points at vote %s, which is %s', v.id, v.vote_type)
            ELSE format('is %s, but has vote %s', l.status, v.id) END AS problem
  FROM sms_vote_logs l
  JOIN xfactor_votes v ON v.id = l.vote_id
 WHERE v.vote_type <> 'sms' OR l.status <> 'confirmed'
