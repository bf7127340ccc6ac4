-- hangmeas: no-transaction
--
-- Indexes over the wallet columns of store credits, the keys to recipient and sender, and the key of the ledger.
--
-- Safe on a live shop: every statement is a transaction of its own. Indexes are built CONCURRENTLY, so the shop goes on
-- reading and writing. Constraints are added NOT VALID, which reads no row, and validated after, which blocks nobody.

CREATE INDEX CONCURRENTLY index_spree_store_credits_on_transaction_type
    ON spree_store_credits (transaction_type);

CREATE INDEX CONCURRENTLY index_spree_store_credits_on_source_type
    ON spree_store_credits (source_type);

CREATE INDEX CONCURRENTLY index_spree_store_credits_on_recipient_id
    ON spree_store_credits (recipient_id);

CREATE INDEX CONCURRENTLY index_spree_store_credits_on_sender_id
    ON spree_store_credits (sender_id);

CREATE UNIQUE INDEX CONCURRENTLY index_spree_store_credits_on_reference_number
    ON spree_store_credits (reference_number);

CREATE INDEX CONCURRENTLY index_spree_store_credits_on_expires_at
    ON spree_store_credits (expires_at);

CREATE INDEX CONCURRENTLY index_spree_store_credits_on_transaction_type_and_created_at
    ON spree_store_credits (transaction_type, created_at);

CREATE INDEX CONCURRENTLY index_spree_store_credits_on_user_id_and_currency
    ON spree_store_credits (user_id, currency);

ALTER TABLE spree_store_credits ADD CONSTRAINT fk_rails_91c399fd43
    FOREIGN KEY (recipient_id) REFERENCES spree_users (id) NOT VALID;

ALTER TABLE spree_store_credits VALIDATE CONSTRAINT fk_rails_91c399fd43;

ALTER TABLE spree_store_credits ADD CONSTRAINT fk_rails_8656832a3d
    FOREIGN KEY (sender_id) REFERENCES spree_users (id) NOT VALID;

ALTER TABLE spree_store_credits VALIDATE CONSTRAINT fk_rails_8656832a3d;

ALTER TABLE wallet_transactions ADD CONSTRAINT fk_rails_fa63a15265
    FOREIGN KEY (store_credit_id) REFERENCES spree_store_credits (id) NOT VALID;

ALTER TABLE wallet_transactions VALIDATE CONSTRAINT fk_rails_fa63a15265;
