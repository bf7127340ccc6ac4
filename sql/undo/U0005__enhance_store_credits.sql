-- Drops the wallet columns, with what they hold, and gives the amounts their former types back. Stops with HM004 when a
-- value no longer fits. Narrowing checks and rewrites every row of spree_store_credits under lock: choose a quiet hour.

ALTER TABLE spree_store_credits
    DROP COLUMN expired,
    DROP COLUMN expires_at,
    DROP COLUMN metadata,
    DROP COLUMN reference_number,
    DROP COLUMN sender_id,
    DROP COLUMN recipient_id,
    DROP COLUMN source_id,
    DROP COLUMN source_type,
    DROP COLUMN transaction_type;

SELECT hangmeas.restore_column_types(5, 'spree_store_credits');
