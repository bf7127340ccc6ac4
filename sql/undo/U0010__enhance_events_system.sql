-- Drops the event fields of products and the tables of events, with what they hold.

ALTER TABLE spree_products
    DROP COLUMN event_status,
    DROP COLUMN age_restriction,
    DROP COLUMN stream_url,
    DROP COLUMN is_digital_event,
    DROP COLUMN seating_chart_data,
    DROP COLUMN organizer_id,
    DROP COLUMN artist_id,
    DROP COLUMN sale_end_date,
    DROP COLUMN sale_start_date,
    DROP COLUMN tickets_sold,
    DROP COLUMN venue_capacity,
    DROP COLUMN venue_longitude,
    DROP COLUMN venue_latitude,
    DROP COLUMN venue_address,
    DROP COLUMN venue_name,
    DROP COLUMN event_end_date,
    DROP COLUMN event_date,
    DROP COLUMN event_type,
    DROP COLUMN product_type;

DROP TABLE
    event_checkins,
    event_seats,
    event_organizers,
    artists;
