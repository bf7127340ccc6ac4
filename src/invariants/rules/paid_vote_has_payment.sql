-- A vote that costs money states the amount, the method and the transaction; a free one costs nothing.
-- Cure: Fill in what the payment provider has on it; a free vote that cost something is to be refunded or is no free one.
SELECT 'vote ' || v.id AS object,
       CASE WHEN v.vote_type = 'free' THEN format('is free, but cost %s', v.amount_paid)
            ELSE format('is %s, but lacks %s', v.vote_type, concat_ws(', ',
                 CASE WHEN v.amount_paid IS NULL THEN 'its amount' END,
                 CASE WHEN COALESCE(v.payment_method, '') = '' THEN 'its method' END,
                 CASE WHEN COALESCE(v.transaction_id, '') = '' THEN 'its transaction' END)) END AS problem
  FROM xfactor_votes v
 WHERE (v.vote_type = 'free' AND v.amount_paid > 0)
    OR (v.vote_type IN ('paid', 'bundle', 'sms')
        AND (v.amount_paid IS NULL OR COALESCE(v.payment_method, '') = '' OR COALESCE(v.transaction_id, '') = ''))
