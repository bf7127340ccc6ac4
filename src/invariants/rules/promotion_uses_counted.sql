-- A promotion's usage_count is the number of bonuses that it gave, and within its limit.
-- Cure: Count the bonuses anew; where more were given than the limit allows, end the promotion or raise its limit.
SELECT 'promotion ' || p.id AS object,
       format('usage_count is %s, %s bonuses were given, the limit is %s', p.usage_count, COALESCE(t.given, 0), p.usage_limit) AS problem,
       CASE WHEN COALESCE(p.usage_count, 0) <> COALESCE(t.given, 0) THEN format('UPDATE topup_promotions SET usage_count = (SELECT count(*) FROM wallet_transactions WHERE reference_type = ''TopupPromotion'' AND status = ''completed'' AND reference_id = %1$s) WHERE id = %1$s', p.id) END AS cure
  FROM topup_promotions p
  LEFT JOIN (SELECT reference_id, COUNT(*) AS given FROM wallet_transactions
              WHERE reference_type = 'TopupPromotion' AND status = 'completed' GROUP BY reference_id) t ON t.reference_id = p.id
 WHERE COALESCE(p.usage_count, 0) <> COALESCE(t.given, 0) OR p.usage_count > p.usage_limit
