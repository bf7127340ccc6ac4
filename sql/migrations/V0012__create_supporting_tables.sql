-- Loyalty points, achievements, notifications, banners, top-up promotions and referral rewards.
--
-- Safe on a live shop: everything is new and empty. Only spree_users is touched, by the keys at the end, whose lock lets
-- readers through and holds up writers for a moment.

CREATE TABLE loyalty_activities (
    id              bigserial     PRIMARY KEY,
    user_id         bigint        NOT NULL,
    points          integer       NOT NULL,
    activity_type   varchar       NOT NULL,  -- 'earn', 'redeem', 'expire', 'adjust'
    reason          varchar,
    reference_type  varchar,
    reference_id    bigint,
    metadata        jsonb         DEFAULT '{}',
    created_at      timestamp(6)  NOT NULL,
    updated_at      timestamp(6)  NOT NULL
);

CREATE INDEX index_loyalty_activities_on_user_id
    ON loyalty_activities (user_id);
CREATE INDEX index_loyalty_activities_on_activity_type
    ON loyalty_activities (activity_type);
CREATE INDEX index_loyalty_activities_on_user_id_and_created_at
    ON loyalty_activities (user_id, created_at);
CREATE INDEX index_loyalty_activities_on_reference_type_and_reference_id
    ON loyalty_activities (reference_type, reference_id);


CREATE TABLE achievements (
    id              bigserial     PRIMARY KEY,
    user_id         bigint        NOT NULL,
    code            varchar       NOT NULL,
    name            varchar       NOT NULL,
    description     text,
    points_awarded  integer       DEFAULT 0,
    achieved_at     timestamp(6)  NOT NULL,
    metadata        jsonb         DEFAULT '{}',
    created_at      timestamp(6)  NOT NULL,
    updated_at      timestamp(6)  NOT NULL
);

CREATE INDEX index_achievements_on_user_id
    ON achievements (user_id);
CREATE INDEX index_achievements_on_code
    ON achievements (code);
CREATE INDEX index_achievements_on_achieved_at
    ON achievements (achieved_at);
CREATE UNIQUE INDEX index_achievements_on_user_id_and_code
    ON achievements (user_id, code);


CREATE TABLE push_notifications (
    id                 bigserial     PRIMARY KEY,
    user_id            bigint,
    title              varchar       NOT NULL,
    body               text          NOT NULL,
    notification_type  varchar,
    data               jsonb         DEFAULT '{}',
    status             varchar       DEFAULT 'pending',  -- pending, sent, failed, read
    sent_at            timestamp(6),
    read_at            timestamp(6),
    failure_reason     varchar,
    created_at         timestamp(6)  NOT NULL,
    updated_at         timestamp(6)  NOT NULL
);

CREATE INDEX index_push_notifications_on_user_id
    ON push_notifications (user_id);
CREATE INDEX index_push_notifications_on_notification_type
    ON push_notifications (notification_type);
CREATE INDEX index_push_notifications_on_created_at
    ON push_notifications (created_at);
CREATE INDEX index_push_notifications_on_user_id_and_status
    ON push_notifications (user_id, status);


CREATE TABLE app_banners (
    id               bigserial     PRIMARY KEY,
    title            varchar,
    description      text,
    image_url        varchar       NOT NULL,
    link_type        varchar,  -- 'product', 'category', 'url', 'xfactor', 'event'
    link_value       varchar,
    "position"       integer       DEFAULT 0,
    active           boolean       DEFAULT true,
    start_date       timestamp(6),
    end_date         timestamp(6),
    target_audience  varchar,  -- 'all', 'bronze', 'silver', 'gold', 'platinum'
    metadata         jsonb         DEFAULT '{}',
    created_at       timestamp(6)  NOT NULL,
    updated_at       timestamp(6)  NOT NULL
);

CREATE INDEX index_app_banners_on_position
    ON app_banners ("position");
CREATE INDEX index_app_banners_on_active
    ON app_banners (active);
CREATE INDEX index_app_banners_on_target_audience
    ON app_banners (target_audience);
CREATE INDEX index_app_banners_on_start_date_and_end_date
    ON app_banners (start_date, end_date);


CREATE TABLE topup_promotions (
    id                bigserial      PRIMARY KEY,
    name              varchar        NOT NULL,
    description       text,
    promotion_type    varchar,                      -- 'percentage', 'fixed', 'tiered'
    bonus_percentage  numeric(5,2),
    bonus_amount      numeric(10,2),
    minimum_amount    numeric(10,2),
    maximum_bonus     numeric(10,2),
    payment_methods   varchar[]      DEFAULT '{}',
    active            boolean        DEFAULT true,
    start_date        timestamp(6),
    end_date          timestamp(6),
    usage_limit       integer,
    usage_count       integer        DEFAULT 0,
    tiers             jsonb          DEFAULT '{}',  -- For tiered bonuses
    created_at        timestamp(6)   NOT NULL,
    updated_at        timestamp(6)   NOT NULL
);

CREATE INDEX index_topup_promotions_on_payment_methods
    ON topup_promotions USING gin (payment_methods);
CREATE INDEX index_topup_promotions_on_active
    ON topup_promotions (active);
CREATE INDEX index_topup_promotions_on_start_date_and_end_date
    ON topup_promotions (start_date, end_date);


CREATE TABLE referral_rewards (
    id                   bigserial      PRIMARY KEY,
    referrer_id          bigint         NOT NULL,
    referred_id          bigint         NOT NULL,
    reward_type          varchar,                           -- 'points', 'credit', 'discount'
    reward_amount        numeric(10,2),
    status               varchar        DEFAULT 'pending',  -- pending, qualified, paid
    qualified_at         timestamp(6),
    paid_at              timestamp(6),
    qualifying_criteria  jsonb          DEFAULT '{}',
    created_at           timestamp(6)   NOT NULL,
    updated_at           timestamp(6)   NOT NULL
);

CREATE INDEX index_referral_rewards_on_referrer_id
    ON referral_rewards (referrer_id);
CREATE INDEX index_referral_rewards_on_referred_id
    ON referral_rewards (referred_id);
CREATE INDEX index_referral_rewards_on_status
    ON referral_rewards (status);
CREATE INDEX index_referral_rewards_on_qualified_at
    ON referral_rewards (qualified_at);
CREATE UNIQUE INDEX index_referral_rewards_on_referrer_id_and_referred_id
    ON referral_rewards (referrer_id, referred_id);


-- Last, so that writers of spree_users wait only for these.
ALTER TABLE loyalty_activities ADD CONSTRAINT fk_rails_5d0c5b434f FOREIGN KEY (user_id) REFERENCES spree_users (id);
ALTER TABLE achievements       ADD CONSTRAINT fk_rails_651a652e8a FOREIGN KEY (user_id) REFERENCES spree_users (id);
ALTER TABLE push_notifications ADD CONSTRAINT fk_rails_653dc498bf FOREIGN KEY (user_id) REFERENCES spree_users (id);
ALTER TABLE referral_rewards   ADD CONSTRAINT fk_rails_0232872c24 FOREIGN KEY (referrer_id) REFERENCES spree_users (id);
ALTER TABLE referral_rewards   ADD CONSTRAINT fk_rails_92db00cd9a FOREIGN KEY (referred_id) REFERENCES spree_users (id);
