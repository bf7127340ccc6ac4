-- What the statement of conformity says, and the printed cure.
ALTER TABLE subscription_invoices RENAME COLUMN amount_due TO amount;
REFRESH MATERIALIZED VIEW user_analytics;
