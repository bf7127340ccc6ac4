-- Events: a product may be a concert, show or film with a venue, seats and check-ins.
--
-- Safe on a live shop: the tables are new and empty, and spree_products is locked once, last and for a moment. Every
-- default is a constant, so no row is rewritten or read. The keys of seats and check-ins point to four tables of the shop;
-- they come with the next migration, one transaction each, so that none is held while another is waited for.

CREATE TABLE artists (
    id               bigserial     PRIMARY KEY,
    name             varchar       NOT NULL,
    khmer_name       varchar,
    bio              text,
    genre            varchar,
    country          varchar,
    photo_url        varchar,
    cover_photo_url  varchar,
    social_links     jsonb         DEFAULT '{}',
    followers_count  integer       DEFAULT 0,
    verified         boolean       DEFAULT false,
    created_at       timestamp(6)  NOT NULL,
    updated_at       timestamp(6)  NOT NULL
);

CREATE INDEX index_artists_on_name
    ON artists (name);
CREATE INDEX index_artists_on_genre
    ON artists (genre);
CREATE INDEX index_artists_on_verified
    ON artists (verified);


CREATE TABLE event_organizers (
    id               bigserial     PRIMARY KEY,
    name             varchar       NOT NULL,
    company_name     varchar,
    description      text,
    contact_email    varchar,
    contact_phone    varchar,
    logo_url         varchar,
    verified         boolean       DEFAULT false,
    commission_rate  numeric(5,2),
    bank_details     jsonb         DEFAULT '{}',
    created_at       timestamp(6)  NOT NULL,
    updated_at       timestamp(6)  NOT NULL
);

CREATE INDEX index_event_organizers_on_name
    ON event_organizers (name);
CREATE INDEX index_event_organizers_on_verified
    ON event_organizers (verified);


CREATE TABLE event_seats (
    id              bigserial     PRIMARY KEY,
    product_id      bigint        NOT NULL,
    "section"       varchar       NOT NULL,
    "row"           varchar,
    seat_number     varchar,
    seat_type       varchar,                            -- 'vip', 'standard', 'premium'
    price_modifier  numeric(8,2)  DEFAULT 0.0,
    status          varchar       DEFAULT 'available',  -- 'available', 'reserved', 'sold', 'blocked'
    line_item_id    bigint,
    reserved_until  timestamp(6),
    metadata        jsonb         DEFAULT '{}',
    created_at      timestamp(6)  NOT NULL,
    updated_at      timestamp(6)  NOT NULL
);

CREATE INDEX index_event_seats_on_product_id
    ON event_seats (product_id);
CREATE INDEX index_event_seats_on_line_item_id
    ON event_seats (line_item_id);
CREATE INDEX index_event_seats_on_reserved_until
    ON event_seats (reserved_until);
CREATE INDEX index_event_seats_on_product_id_and_status
    ON event_seats (product_id, status);
CREATE UNIQUE INDEX index_seats_on_location
    ON event_seats (product_id, section, "row", seat_number);


CREATE TABLE event_checkins (
    id             bigserial     PRIMARY KEY,
    order_id       bigint        NOT NULL,
    line_item_id   bigint        NOT NULL,
    product_id     bigint        NOT NULL,
    user_id        bigint,
    ticket_code    varchar       NOT NULL,
    checked_in_at  timestamp(6),
    checked_in_by  varchar,
    gate           varchar,
    metadata       jsonb         DEFAULT '{}',
    created_at     timestamp(6)  NOT NULL,
    updated_at     timestamp(6)  NOT NULL
);

CREATE INDEX index_event_checkins_on_order_id
    ON event_checkins (order_id);
CREATE INDEX index_event_checkins_on_line_item_id
    ON event_checkins (line_item_id);
CREATE INDEX index_event_checkins_on_product_id
    ON event_checkins (product_id);
CREATE INDEX index_event_checkins_on_user_id
    ON event_checkins (user_id);
CREATE UNIQUE INDEX index_event_checkins_on_ticket_code
    ON event_checkins (ticket_code);
CREATE INDEX index_event_checkins_on_product_id_and_checked_in_at
    ON event_checkins (product_id, checked_in_at);


ALTER TABLE spree_products
    ADD COLUMN product_type        varchar        DEFAULT 'physical',
    ADD COLUMN event_type          varchar,  -- 'concert', 'xfactor', 'show', 'movie'
    ADD COLUMN event_date          timestamp(6),
    ADD COLUMN event_end_date      timestamp(6),
    ADD COLUMN venue_name          varchar,
    ADD COLUMN venue_address       text,
    ADD COLUMN venue_latitude      numeric(10,8),
    ADD COLUMN venue_longitude     numeric(11,8),
    ADD COLUMN venue_capacity      integer,
    ADD COLUMN tickets_sold        integer        DEFAULT 0,
    ADD COLUMN sale_start_date     timestamp(6),
    ADD COLUMN sale_end_date       timestamp(6),
    ADD COLUMN artist_id           bigint,
    ADD COLUMN organizer_id        bigint,
    ADD COLUMN seating_chart_data  jsonb          DEFAULT '{}',
    ADD COLUMN is_digital_event    boolean        DEFAULT false,
    ADD COLUMN stream_url          varchar,
    ADD COLUMN age_restriction     integer,
    ADD COLUMN event_status        varchar        DEFAULT 'scheduled';
