-- Subscriptions: plans, who has which, invoices, and the use of features.
--
-- Safe on a live shop: everything is new and empty. Only spree_users is touched, by the keys at the end, whose lock lets
-- readers through and holds up writers for a moment.

CREATE TABLE subscription_plans (
    id              bigserial      PRIMARY KEY,
    name            varchar        NOT NULL,
    slug            varchar        NOT NULL,
    description     text,
    price           numeric(10,2)  NOT NULL,
    currency        varchar        DEFAULT 'USD',
    "interval"      varchar        NOT NULL,      -- 'day', 'week', 'month', 'year'
    interval_count  integer        DEFAULT 1,
    trial_days      integer        DEFAULT 0,
    features        jsonb          DEFAULT '{}',  -- Feature list with limits
    metadata        jsonb          DEFAULT '{}',
    active          boolean        DEFAULT true,
    sort_order      integer        DEFAULT 0,
    badge_text      varchar,
    recommended     boolean        DEFAULT false,
    created_at      timestamp(6)   NOT NULL,
    updated_at      timestamp(6)   NOT NULL
);

CREATE UNIQUE INDEX index_subscription_plans_on_slug
    ON subscription_plans (slug);
CREATE INDEX index_subscription_plans_on_active
    ON subscription_plans (active);
CREATE INDEX index_subscription_plans_on_sort_order
    ON subscription_plans (sort_order);
CREATE INDEX index_subscription_plans_on_active_and_recommended
    ON subscription_plans (active, recommended);


CREATE TABLE user_subscriptions (
    id                      bigserial     PRIMARY KEY,
    user_id                 bigint        NOT NULL,
    plan_id                 bigint        NOT NULL,
    status                  varchar       NOT NULL,  -- 'trial', 'active', 'cancelled', 'expired', 'paused'
    current_period_start    timestamp(6),
    current_period_end      timestamp(6),
    trial_start             timestamp(6),
    trial_end               timestamp(6),
    cancelled_at            timestamp(6),
    pause_start             timestamp(6),
    pause_end               timestamp(6),
    cancellation_reason     varchar,
    payment_method          varchar,
    stripe_subscription_id  varchar,                 -- If using Stripe
    metadata                jsonb         DEFAULT '{}',
    created_at              timestamp(6)  NOT NULL,
    updated_at              timestamp(6)  NOT NULL,

    CONSTRAINT fk_rails_57c5cfa983 FOREIGN KEY (plan_id) REFERENCES subscription_plans (id)
);

CREATE INDEX index_user_subscriptions_on_user_id
    ON user_subscriptions (user_id);
CREATE INDEX index_user_subscriptions_on_plan_id
    ON user_subscriptions (plan_id);
CREATE INDEX index_user_subscriptions_on_status
    ON user_subscriptions (status);
CREATE INDEX index_user_subscriptions_on_current_period_end
    ON user_subscriptions (current_period_end);
CREATE INDEX index_user_subscriptions_on_user_id_and_plan_id
    ON user_subscriptions (user_id, plan_id);
CREATE INDEX index_user_subscriptions_on_user_id_and_status
    ON user_subscriptions (user_id, status);


CREATE TABLE subscription_invoices (
    id               bigserial      PRIMARY KEY,
    user_id          bigint         NOT NULL,
    subscription_id  bigint         NOT NULL,
    number           varchar        NOT NULL,
    amount           numeric(10,2)  NOT NULL,
    currency         varchar        DEFAULT 'USD',
    status           varchar        DEFAULT 'pending',  -- pending, paid, failed, refunded
    due_date         timestamp(6),
    paid_at          timestamp(6),
    payment_method   varchar,
    transaction_id   varchar,
    failure_reason   text,
    line_items       jsonb          DEFAULT '[]',
    created_at       timestamp(6)   NOT NULL,
    updated_at       timestamp(6)   NOT NULL,

    CONSTRAINT fk_rails_110b7ef500 FOREIGN KEY (subscription_id) REFERENCES user_subscriptions (id)
);

CREATE INDEX index_subscription_invoices_on_user_id
    ON subscription_invoices (user_id);
CREATE INDEX index_subscription_invoices_on_subscription_id
    ON subscription_invoices (subscription_id);
CREATE UNIQUE INDEX index_subscription_invoices_on_number
    ON subscription_invoices (number);
CREATE INDEX index_subscription_invoices_on_status
    ON subscription_invoices (status);
CREATE INDEX index_subscription_invoices_on_due_date
    ON subscription_invoices (due_date);
CREATE INDEX index_subscription_invoices_on_user_id_and_status
    ON subscription_invoices (user_id, status);


-- How often a user used a feature of the plan, per day.
CREATE TABLE feature_usages (
    id               bigserial     PRIMARY KEY,
    user_id          bigint        NOT NULL,
    subscription_id  bigint,
    feature_name     varchar       NOT NULL,
    usage_count      integer       DEFAULT 0,
    usage_date       date          NOT NULL,
    metadata         jsonb         DEFAULT '{}',
    created_at       timestamp(6)  NOT NULL,
    updated_at       timestamp(6)  NOT NULL,

    CONSTRAINT fk_rails_acd906be73 FOREIGN KEY (subscription_id) REFERENCES user_subscriptions (id)
);

CREATE INDEX index_feature_usages_on_user_id
    ON feature_usages (user_id);
CREATE INDEX index_feature_usages_on_subscription_id
    ON feature_usages (subscription_id);
CREATE INDEX index_feature_usages_on_subscription_id_and_usage_date
    ON feature_usages (subscription_id, usage_date);
CREATE UNIQUE INDEX index_feature_usages_on_user_id_and_feature_name_and_usage_date
    ON feature_usages (user_id, feature_name, usage_date);


-- Last, so that writers of spree_users wait only for these.
ALTER TABLE user_subscriptions    ADD CONSTRAINT fk_rails_d43a9bcf40 FOREIGN KEY (user_id) REFERENCES spree_users (id);
ALTER TABLE subscription_invoices ADD CONSTRAINT fk_rails_15abe52827 FOREIGN KEY (user_id) REFERENCES spree_users (id);
ALTER TABLE feature_usages        ADD CONSTRAINT fk_rails_614c30ad8c FOREIGN KEY (user_id) REFERENCES spree_users (id);
