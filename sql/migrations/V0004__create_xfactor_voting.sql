-- The X Factor show: seasons, episodes, contestants, votes, vote packages and the log of SMS votes.
--
-- Safe on a live shop: everything is new and empty. Only spree_users is touched, by the keys at the end, whose lock lets
-- readers through and holds up writers for a moment.

-- Status: 0 upcoming, 1 active, 2 completed.
CREATE TABLE xfactor_seasons (
    id                bigserial      PRIMARY KEY,
    name              varchar        NOT NULL,
    description       text,
    slug              varchar,
    start_date        date,
    end_date          date,
    status            integer        DEFAULT 0,  -- enum: upcoming, active, completed
    banner_url        varchar,
    logo_url          varchar,
    metadata          jsonb          DEFAULT '{}',
    total_votes_cast  integer        DEFAULT 0,
    total_revenue     numeric(10,2)  DEFAULT 0.0,
    created_at        timestamp(6)   NOT NULL,
    updated_at        timestamp(6)   NOT NULL
);

CREATE UNIQUE INDEX index_xfactor_seasons_on_slug
    ON xfactor_seasons (slug);
CREATE INDEX index_xfactor_seasons_on_status
    ON xfactor_seasons (status);
CREATE INDEX index_xfactor_seasons_on_start_date_and_end_date
    ON xfactor_seasons (start_date, end_date);


-- Status: 0 upcoming, 1 live, 2 completed.
CREATE TABLE xfactor_episodes (
    id              bigserial     PRIMARY KEY,
    season_id       bigint        NOT NULL,
    title           varchar       NOT NULL,
    episode_number  integer       NOT NULL,
    description     text,
    air_date        timestamp(6),
    voting_start    timestamp(6),
    voting_end      timestamp(6),
    status          integer       DEFAULT 0,  -- enum: upcoming, live, completed
    video_url       varchar,
    thumbnail_url   varchar,
    views_count     integer       DEFAULT 0,
    total_votes     integer       DEFAULT 0,
    voting_results  jsonb         DEFAULT '{}',
    created_at      timestamp(6)  NOT NULL,
    updated_at      timestamp(6)  NOT NULL,

    CONSTRAINT fk_rails_809c319ad0 FOREIGN KEY (season_id) REFERENCES xfactor_seasons (id)
);

CREATE INDEX index_xfactor_episodes_on_season_id
    ON xfactor_episodes (season_id);
CREATE INDEX index_xfactor_episodes_on_air_date
    ON xfactor_episodes (air_date);
CREATE INDEX index_xfactor_episodes_on_status
    ON xfactor_episodes (status);
CREATE UNIQUE INDEX index_xfactor_episodes_on_season_id_and_episode_number
    ON xfactor_episodes (season_id, episode_number);
CREATE INDEX index_xfactor_episodes_on_voting_start_and_voting_end
    ON xfactor_episodes (voting_start, voting_end);


-- Status: 0 active, 1 eliminated, 2 winner.
CREATE TABLE xfactor_contestants (
    id                    bigserial     PRIMARY KEY,
    season_id             bigint        NOT NULL,
    name                  varchar       NOT NULL,
    khmer_name            varchar,
    stage_name            varchar,
    bio                   text,
    hometown              varchar,
    province              varchar,
    age                   integer,
    gender                varchar,
    photo_url             varchar,
    cover_photo_url       varchar,
    status                integer       DEFAULT 0,  -- enum: active, eliminated, winner
    eliminated_date       date,
    final_rank            integer,
    total_votes_received  integer       DEFAULT 0,
    social_links          jsonb         DEFAULT '{}',
    achievements          jsonb         DEFAULT '{}',
    created_at            timestamp(6)  NOT NULL,
    updated_at            timestamp(6)  NOT NULL,

    CONSTRAINT fk_rails_4759a35867 FOREIGN KEY (season_id) REFERENCES xfactor_seasons (id)
);

CREATE INDEX index_xfactor_contestants_on_season_id
    ON xfactor_contestants (season_id);
CREATE INDEX index_xfactor_contestants_on_province
    ON xfactor_contestants (province);
CREATE INDEX index_xfactor_contestants_on_status
    ON xfactor_contestants (status);
CREATE INDEX index_xfactor_contestants_on_total_votes_received
    ON xfactor_contestants (total_votes_received);
CREATE INDEX index_xfactor_contestants_on_season_id_and_status
    ON xfactor_contestants (season_id, status);


CREATE TABLE episode_contestants (
    id                     bigserial     PRIMARY KEY,
    episode_id             bigint        NOT NULL,
    contestant_id          bigint        NOT NULL,
    performance_order      integer,
    song_performed         varchar,
    performance_video_url  varchar,
    judges_score           integer,
    judges_comments        text,
    eliminated             boolean       DEFAULT false,
    created_at             timestamp(6)  NOT NULL,
    updated_at             timestamp(6)  NOT NULL,

    CONSTRAINT fk_rails_85136b554c FOREIGN KEY (episode_id) REFERENCES xfactor_episodes (id),
    CONSTRAINT fk_rails_f2d5ad4368 FOREIGN KEY (contestant_id) REFERENCES xfactor_contestants (id)
);

CREATE INDEX index_episode_contestants_on_episode_id
    ON episode_contestants (episode_id);
CREATE INDEX index_episode_contestants_on_contestant_id
    ON episode_contestants (contestant_id);
CREATE UNIQUE INDEX index_episode_contestants_on_episode_id_and_contestant_id
    ON episode_contestants (episode_id, contestant_id);
CREATE INDEX index_episode_contestants_on_episode_id_and_performance_order
    ON episode_contestants (episode_id, performance_order);


CREATE TABLE xfactor_votes (
    id              bigserial     PRIMARY KEY,
    user_id         bigint        NOT NULL,
    contestant_id   bigint        NOT NULL,
    episode_id      bigint        NOT NULL,
    vote_type       varchar       NOT NULL,      -- 'free', 'paid', 'sms', 'bundle'
    vote_count      integer       DEFAULT 1,
    amount_paid     numeric(8,2),
    payment_method  varchar,
    transaction_id  varchar,
    ip_address      varchar,
    user_agent      varchar,
    metadata        jsonb         DEFAULT '{}',  -- Device info, location, etc.
    expires_at      timestamp(6),                -- For time-limited votes
    created_at      timestamp(6)  NOT NULL,
    updated_at      timestamp(6)  NOT NULL,

    CONSTRAINT fk_rails_236fd1a949 FOREIGN KEY (contestant_id) REFERENCES xfactor_contestants (id),
    CONSTRAINT fk_rails_212faaafc7 FOREIGN KEY (episode_id) REFERENCES xfactor_episodes (id)
);

CREATE INDEX index_xfactor_votes_on_user_id
    ON xfactor_votes (user_id);
CREATE INDEX index_xfactor_votes_on_contestant_id
    ON xfactor_votes (contestant_id);
CREATE INDEX index_xfactor_votes_on_episode_id
    ON xfactor_votes (episode_id);
CREATE INDEX index_xfactor_votes_on_vote_type
    ON xfactor_votes (vote_type);
CREATE INDEX index_xfactor_votes_on_transaction_id
    ON xfactor_votes (transaction_id);
CREATE INDEX index_xfactor_votes_on_created_at
    ON xfactor_votes (created_at);
CREATE INDEX index_xfactor_votes_on_contestant_id_and_episode_id
    ON xfactor_votes (contestant_id, episode_id);
CREATE INDEX index_xfactor_votes_on_user_id_and_episode_id_and_vote_type
    ON xfactor_votes (user_id, episode_id, vote_type);


CREATE TABLE vote_packages (
    id            bigserial      PRIMARY KEY,
    name          varchar        NOT NULL,
    sku           varchar        NOT NULL,
    vote_count    integer        NOT NULL,
    bonus_votes   integer        DEFAULT 0,
    price         numeric(10,2)  NOT NULL,
    currency      varchar        DEFAULT 'USD',
    active        boolean        DEFAULT true,
    sort_order    integer        DEFAULT 0,
    badge_text    varchar,                      -- e.g., "BEST VALUE", "POPULAR"
    restrictions  jsonb          DEFAULT '{}',  -- Min purchase, max per user, etc.
    valid_from    timestamp(6),
    valid_until   timestamp(6),
    created_at    timestamp(6)   NOT NULL,
    updated_at    timestamp(6)   NOT NULL
);

CREATE UNIQUE INDEX index_vote_packages_on_sku
    ON vote_packages (sku);
CREATE INDEX index_vote_packages_on_active
    ON vote_packages (active);
CREATE INDEX index_vote_packages_on_sort_order
    ON vote_packages (sort_order);
CREATE INDEX index_vote_packages_on_valid_from_and_valid_until
    ON vote_packages (valid_from, valid_until);


-- For reconciliation with the carriers.
CREATE TABLE sms_vote_logs (
    id                  bigserial     PRIMARY KEY,
    user_id             bigint,
    vote_id             bigint,
    phone_number        varchar       NOT NULL,
    carrier             varchar,                          -- 'smart', 'cellcard', 'metfone'
    short_code          varchar,
    message_content     varchar,
    carrier_message_id  varchar,
    charge_amount       numeric(6,2),
    status              varchar       DEFAULT 'pending',  -- pending, confirmed, failed
    confirmed_at        timestamp(6),
    created_at          timestamp(6)  NOT NULL,
    updated_at          timestamp(6)  NOT NULL,

    CONSTRAINT fk_rails_5a12be669f FOREIGN KEY (vote_id) REFERENCES xfactor_votes (id)
);

CREATE INDEX index_sms_vote_logs_on_user_id
    ON sms_vote_logs (user_id);
CREATE INDEX index_sms_vote_logs_on_vote_id
    ON sms_vote_logs (vote_id);
CREATE INDEX index_sms_vote_logs_on_phone_number
    ON sms_vote_logs (phone_number);
CREATE INDEX index_sms_vote_logs_on_carrier
    ON sms_vote_logs (carrier);
CREATE INDEX index_sms_vote_logs_on_carrier_message_id
    ON sms_vote_logs (carrier_message_id);
CREATE INDEX index_sms_vote_logs_on_status
    ON sms_vote_logs (status);
CREATE INDEX index_sms_vote_logs_on_created_at_and_carrier
    ON sms_vote_logs (created_at, carrier);


-- Last, so that writers of spree_users wait only for these.
ALTER TABLE xfactor_votes ADD CONSTRAINT fk_rails_6b23db82c2 FOREIGN KEY (user_id) REFERENCES spree_users (id);
ALTER TABLE sms_vote_logs ADD CONSTRAINT fk_rails_7d92cb1e83 FOREIGN KEY (user_id) REFERENCES spree_users (id);
