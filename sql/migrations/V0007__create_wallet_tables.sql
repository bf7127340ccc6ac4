-- The ledger of the wallet, and the payment methods of users.
--
-- Safe on a live shop: everything is new and empty. Only spree_users is touched, by the keys at the end. The key to
-- spree_store_credits comes with the next migration, so that one transaction locks one table of the shop.

CREATE TABLE wallet_transactions (
    id                bigserial      PRIMARY KEY,
    user_id           bigint         NOT NULL,
    store_credit_id   bigint,
    transaction_type  varchar        NOT NULL,
    amount            numeric(10,2)  NOT NULL,
    currency          varchar        NOT NULL,
    balance_before    numeric(10,2),
    balance_after     numeric(10,2),
    status            varchar        DEFAULT 'completed',
    reference_type    varchar,
    reference_id      bigint,
    notes             text,
    metadata          jsonb          DEFAULT '{}',
    created_at        timestamp(6)   NOT NULL,
    updated_at        timestamp(6)   NOT NULL
);

CREATE INDEX index_wallet_transactions_on_user_id
    ON wallet_transactions (user_id);
CREATE INDEX index_wallet_transactions_on_store_credit_id
    ON wallet_transactions (store_credit_id);
CREATE INDEX index_wallet_transactions_on_transaction_type
    ON wallet_transactions (transaction_type);
CREATE INDEX index_wallet_transactions_on_status
    ON wallet_transactions (status);
CREATE INDEX index_wallet_transactions_on_user_id_and_created_at
    ON wallet_transactions (user_id, created_at);
CREATE INDEX index_wallet_transactions_on_reference_type_and_reference_id
    ON wallet_transactions (reference_type, reference_id);


CREATE TABLE user_payment_methods (
    id                  bigserial     PRIMARY KEY,
    user_id             bigint        NOT NULL,
    payment_type        varchar       NOT NULL,  -- 'aba_pay', 'wing', 'card', etc.
    account_identifier  varchar,                 -- Last 4 digits, phone number, etc.
    account_name        varchar,
    encrypted_data      jsonb,                   -- For storing encrypted sensitive data
    "default"           boolean       DEFAULT false,
    active              boolean       DEFAULT true,
    verified_at         timestamp(6),
    created_at          timestamp(6)  NOT NULL,
    updated_at          timestamp(6)  NOT NULL
);

CREATE INDEX index_user_payment_methods_on_user_id
    ON user_payment_methods (user_id);
CREATE INDEX index_user_payment_methods_on_user_id_and_payment_type
    ON user_payment_methods (user_id, payment_type);
CREATE INDEX index_user_payment_methods_on_user_id_and_default
    ON user_payment_methods (user_id, "default");


-- Last, so that writers of spree_users wait only for these.
ALTER TABLE wallet_transactions  ADD CONSTRAINT fk_rails_4953e10e28 FOREIGN KEY (user_id) REFERENCES spree_users (id);
ALTER TABLE user_payment_methods ADD CONSTRAINT fk_rails_dc801de778 FOREIGN KEY (user_id) REFERENCES spree_users (id);
