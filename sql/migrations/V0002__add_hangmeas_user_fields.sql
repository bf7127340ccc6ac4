-- Hangmeas fields of a user: profile, loyalty, referral, preferences, app, verification, account.
--
-- Safe on a live shop: one statement, so spree_users is locked once and for a moment. Every default is a constant, so no
-- row is rewritten or read.

ALTER TABLE spree_users
    ADD COLUMN phone_number              varchar,
    ADD COLUMN khmer_name                varchar,
    ADD COLUMN date_of_birth             date,
    ADD COLUMN gender                    varchar,
    ADD COLUMN province                  varchar,
    ADD COLUMN district                  varchar,
    ADD COLUMN commune                   varchar,
    ADD COLUMN village                   varchar,
    ADD COLUMN loyalty_tier              varchar        DEFAULT 'bronze',
    ADD COLUMN loyalty_points            integer        DEFAULT 0,
    ADD COLUMN total_spent               numeric(10,2)  DEFAULT 0.0,
    ADD COLUMN total_saved               numeric(10,2)  DEFAULT 0.0,
    ADD COLUMN total_votes_cast          integer        DEFAULT 0,
    ADD COLUMN referral_code             varchar,
    ADD COLUMN referred_by_id            bigint,
    ADD COLUMN referral_count            integer        DEFAULT 0,
    ADD COLUMN language_preference       varchar        DEFAULT 'en',
    ADD COLUMN notification_preferences  jsonb          DEFAULT '{}',
    ADD COLUMN marketing_consent         boolean        DEFAULT false,
    ADD COLUMN sms_consent               boolean        DEFAULT false,
    ADD COLUMN push_token                varchar,
    ADD COLUMN device_type               varchar,  -- 'ios', 'android'
    ADD COLUMN app_version               varchar,
    ADD COLUMN last_active_at            timestamp(6),
    ADD COLUMN kyc_status                varchar        DEFAULT 'pending',
    ADD COLUMN verification_level        varchar        DEFAULT 'basic',
    ADD COLUMN id_card_number            varchar,
    ADD COLUMN id_card_verified_at       timestamp(6),
    ADD COLUMN phone_verified_at         timestamp(6),
    ADD COLUMN two_factor_enabled        boolean        DEFAULT false,
    ADD COLUMN pin_code                  varchar,  -- Encrypted PIN for quick access
    ADD COLUMN account_status            varchar        DEFAULT 'active',
    ADD COLUMN suspended_at              timestamp(6),
    ADD COLUMN suspension_reason         text;
