-- printed
CREATE SEQUENCE IF NOT EXISTS topup_promotions_id_seq AS bigint; CREATE TABLE topup_promotions (
    id bigint DEFAULT nextval('topup_promotions_id_seq'::regclass) NOT NULL,
    name character varying NOT NULL,
    description text,
    promotion_type character varying,
    bonus_percentage numeric(5,2),
    bonus_amount numeric(10,2),
    minimum_amount numeric(10,2),
    maximum_bonus numeric(10,2),
    payment_methods character varying[] DEFAULT '{}'::character varying[],
    active boolean DEFAULT true,
    start_date timestamp(6) without time zone,
    end_date timestamp(6) without time zone,
    usage_limit integer,
    usage_count integer DEFAULT 0,
    tiers jsonb DEFAULT '{}'::jsonb,
    created_at timestamp(6) without time zone NOT NULL,
    updated_at timestamp(6) without time zone NOT NULL
); ALTER SEQUENCE topup_promotions_id_seq OWNED BY topup_promotions.id; ALTER TABLE topup_promotions ADD CONSTRAINT topup_promotions_pkey PRIMARY KEY (id); CREATE INDEX index_topup_promotions_on_active ON topup_promotions USING btree (active); CREATE INDEX index_topup_promotions_on_payment_methods ON topup_promotions USING gin (payment_methods); CREATE INDEX index_topup_promotions_on_start_date_and_end_date ON topup_promotions USING btree (start_date, end_date); ALTER TABLE topup_promotions ADD CONSTRAINT chk_topup_promotions_bonus_amount CHECK (bonus_amount >= 0::numeric); ALTER TABLE topup_promotions ADD CONSTRAINT chk_topup_promotions_bonus_percentage CHECK (bonus_percentage >= 0::numeric); ALTER TABLE topup_promotions ADD CONSTRAINT chk_topup_promotions_dates CHECK (end_date > start_date); ALTER TABLE topup_promotions ADD CONSTRAINT chk_topup_promotions_maximum_bonus CHECK (maximum_bonus >= 0::numeric); ALTER TABLE topup_promotions ADD CONSTRAINT chk_topup_promotions_minimum_amount CHECK (minimum_amount >= 0::numeric); ALTER TABLE topup_promotions ADD CONSTRAINT chk_topup_promotions_promotion_type CHECK (promotion_type::text = ANY (ARRAY['percentage'::character varying, 'fixed'::character varying, 'tiered'::character varying]::text[])); ALTER TABLE topup_promotions ADD CONSTRAINT chk_topup_promotions_usage_count CHECK (usage_count >= 0); ALTER TABLE topup_promotions ADD CONSTRAINT chk_topup_promotions_usage_limit CHECK (usage_limit >= 0);
