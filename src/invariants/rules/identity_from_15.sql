-- Identity cards are given from the age of 15.
-- Cure: Ask for the date of birth again; empty the number when it was entered for somebody else.
SELECT 'user ' || u.id AS object,
       format('born %s, has an identity card', u.date_of_birth) AS problem
  FROM spree_users u
 WHERE u.id_card_number <> ''
   AND u.date_of_birth > (now() AT TIME ZONE 'UTC')::date - interval '15 years'
