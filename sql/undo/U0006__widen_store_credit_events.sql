-- Gives the amounts their former types back. Stops with HM004 when a value no longer fits. Checks and rewrites every row
-- of spree_store_credit_events under lock: choose a quiet hour.

SELECT hangmeas.restore_column_types(6, 'spree_store_credit_events');
