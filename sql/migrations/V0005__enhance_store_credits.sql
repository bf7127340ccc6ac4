-- Store credits as a wallet: what kind of movement, where from, between whom, valid until when. And room for riel: the
-- amounts of Spree end at 999,999.99, which is about 250 dollars.
--
-- Safe on a live shop: the lock on spree_store_credits lasts a moment. Every default is a constant, and a wider numeric of
-- the same scale is stored alike, so no row is rewritten or read. Views of the shop over these amounts are dropped and made
-- again in this same transaction. The former types are written down for the undo.

ALTER TABLE spree_store_credits
    ADD COLUMN transaction_type  varchar,
    ADD COLUMN source_type       varchar,
    ADD COLUMN source_id         varchar,
    ADD COLUMN recipient_id      bigint,
    ADD COLUMN sender_id         bigint,
    ADD COLUMN reference_number  varchar,
    ADD COLUMN metadata          jsonb         DEFAULT '{}',
    ADD COLUMN expires_at        timestamp(6),
    ADD COLUMN expired           boolean       DEFAULT false;

SELECT hangmeas.widen_money(5, 'spree_store_credits', '{amount,amount_used,amount_authorized}');
