-- The carrier of a message is that of the number it came from: in Cambodia no number moves to another carrier.
-- Cure: Take the carrier from the prefix of the number; where the carrier confirmed the message, the number was noted wrongly.
WITH known AS MATERIALIZED (
SELECT substr(split_part(line, '|', 1), 2) AS prefix, split_part(line, '|', 2) AS carrier
  FROM unnest(string_to_array({phone_prefixes}, E'\n')) AS line
 WHERE split_part(line, '|', 2) <> '')
SELECT 'SMS log ' || l.id AS object,
       format('came by %s from %s, which is a number of %s', l.carrier, l.phone_number, k.carrier) AS problem
  FROM (SELECT phone_number, carrier FROM sms_vote_logs GROUP BY phone_number, carrier) n
  JOIN known k ON k.prefix = left(substring(translate(n.phone_number, ' ().-', '') FROM '^(?:(?:[+]|00)?8550?|0)([1-9][0-9]+)$'), 2)
  JOIN sms_vote_logs l ON l.phone_number = n.phone_number AND l.carrier = n.carrier
 WHERE lower(n.carrier) <> k.carrier
   AND lower(n.carrier) IN (SELECT carrier FROM known)
