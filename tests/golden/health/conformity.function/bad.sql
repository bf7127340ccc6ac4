DROP FUNCTION calculate_user_ltv(bigint);
CREATE FUNCTION calculate_user_ltv(user_id integer)
RETURNS TABLE (total_orders numeric, total_subscriptions numeric, total_votes numeric, total_ltv numeric)
LANGUAGE sql AS 'SELECT 0::numeric, 0::numeric, 0::numeric, 0::numeric';
