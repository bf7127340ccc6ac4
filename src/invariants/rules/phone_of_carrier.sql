-- A phone number of Cambodia, 012 345 678 or +855 12 345 678, has the prefix and the length of a carrier, or of a province's landlines.
-- Cure: Ask for the number again; numbers of other countries begin with their own +, and are not judged.
WITH known AS MATERIALIZED (
SELECT DISTINCT substr(split_part(line, '|', 1), 2) AS prefix, digits::int AS digits
  FROM unnest(string_to_array({phone_prefixes}, E'\n')) AS line, unnest(string_to_array(split_part(line, '|', 3), ' ')) AS digits)
SELECT n.object, format('%s: no carrier has numbers of 0%s and %s more digits', n.written, left(n.dialled, 2), greatest(length(n.dialled) - 2, 0)) AS problem
  FROM (SELECT s.object, s.written, CASE WHEN s.spoken LIKE '+855%' THEN ltrim(substr(s.spoken, 5), '0')
                                         WHEN s.spoken LIKE '00855%' THEN ltrim(substr(s.spoken, 6), '0')
                                         WHEN s.spoken LIKE '855%' AND length(s.spoken) > 10 THEN ltrim(substr(s.spoken, 4), '0')
                                         WHEN s.spoken LIKE '0%' THEN substr(s.spoken, 2) END AS dialled
          FROM (SELECT p.object, p.written, translate(p.written, ' ().-', '') AS spoken
                  FROM (SELECT 'user ' || id AS object, phone_number AS written FROM spree_users WHERE phone_number <> ''
                        UNION ALL
                        SELECT 'SMS log ' || min(id), phone_number FROM sms_vote_logs GROUP BY phone_number
                        UNION ALL
                        SELECT 'organizer ' || id, contact_phone FROM event_organizers) p) s
        OFFSET 0) n
 WHERE NOT EXISTS (SELECT FROM known k WHERE k.prefix = left(n.dialled, 2) AND k.digits = length(n.dialled) - 2)
   AND n.dialled ~ '^[1-9][0-9]*$'
