-- printed
DROP ROUTINE calculate_user_ltv(user_id integer); CREATE OR REPLACE FUNCTION calculate_user_ltv(user_id bigint)
 RETURNS TABLE(total_orders numeric, total_subscriptions numeric, total_votes numeric, total_ltv numeric)
 LANGUAGE sql
 STABLE PARALLEL SAFE ROWS 1
AS $function$
    SELECT paid.orders,
           paid.subscriptions,
           paid.votes,
           paid.orders + paid.subscriptions + paid.votes
      FROM (
        SELECT (SELECT COALESCE(SUM(o.total), 0)
                  FROM spree_orders o
                 WHERE o.user_id = calculate_user_ltv.user_id
                   AND o.state = 'complete') AS orders,
               (SELECT COALESCE(SUM(si.amount), 0)
                  FROM subscription_invoices si
                 WHERE si.user_id = calculate_user_ltv.user_id
                   AND si.status = 'paid') AS subscriptions,
               (SELECT COALESCE(SUM(v.amount_paid), 0)
                  FROM xfactor_votes v
                 WHERE v.user_id = calculate_user_ltv.user_id
                   AND v.vote_type = 'paid') AS votes
      ) paid
$function$;
