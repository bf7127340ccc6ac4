ALTER TABLE subscription_invoices RENAME COLUMN amount TO amount_due;
REFRESH MATERIALIZED VIEW user_analytics WITH NO DATA;
