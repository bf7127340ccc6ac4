-- A bundle vote names its package, and is what the package holds.
-- Cure: Write the package that was bought into the metadata of the vote, and what it holds into vote_count.
SELECT 'vote ' || v.id AS object,
       CASE WHEN p.id IS NULL THEN format('names the package %s, which is not sold', COALESCE(v.metadata ->> 'package', '(none)'))
            ELSE format('counts %s, the package %s holds %s', v.vote_count, p.sku, p.vote_count + COALESCE(p.bonus_votes, 0)) END AS problem
  FROM xfactor_votes v
  LEFT JOIN vote_packages p ON p.sku = v.metadata ->> 'package'
 WHERE v.vote_type = 'bundle'
   AND (p.id IS NULL OR v.vote_count <> p.vote_count + COALESCE(p.bonus_votes, 0))
