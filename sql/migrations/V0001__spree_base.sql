-- The Spree tables that Hangmeas stands on.
--
-- In a database without any Spree table this creates the fifteen that Hangmeas reads or extends, as Spree 4.6
-- has them. In a live shop it creates nothing in the shop's schema: it adopts the tables that are there, after
-- checking that they are whole and that nothing of what later migrations create exists already. Every problem is
-- found here, before the first change, and all of them are named at once.
--
-- Safe on a live shop: only catalogs are read, no lock is taken on any table of the shop, and what is created
-- lies in the schema hangmeas.
--
-- Errors: HM001 the shop is not whole · HM002 a name is already taken · HM003 a reader of an amount cannot be kept ·
-- HM004 values do not fit the former type (undo only) · HM005 the search_path or pg_trgm is out of place.


-- What migrations found or decided while they ran, and undo must know: the tables and the extension they created,
-- and the former types of columns they widened.
CREATE TABLE hangmeas.created_object (
    version  integer  NOT NULL,               -- the migration
    kind     text     NOT NULL,               -- 'table', 'extension', 'column_type'
    name     text     NOT NULL,               -- the table, the extension, or table.column
    detail   jsonb    NOT NULL DEFAULT '{}',  -- column_type: {"table": …, "column": …, "type": the former type}

    CONSTRAINT created_object_pkey PRIMARY KEY (version, kind, name),
    CONSTRAINT chk_created_object_kind CHECK (kind IN ('table', 'extension', 'column_type'))
);


-- The views and rules that read any of these columns, and the views over those views, and so on. Depth 1 reads the
-- table itself; a view always lies deeper than every view it reads.
CREATE FUNCTION hangmeas.views_over(p_table regclass, p_columns text[])
RETURNS TABLE (view_oid oid, kind "char", depth integer)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE reader (view_oid, depth) AS (
        SELECT r.ev_class, 1
          FROM pg_depend    d
          JOIN pg_rewrite   r ON r.oid = d.objid
          JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE d.classid    = 'pg_rewrite'::regclass
           AND d.refclassid = 'pg_class'::regclass
           AND d.refobjid   = p_table
           AND a.attname    = ANY (p_columns)
        UNION
        SELECT r.ev_class, reader.depth + 1
          FROM reader
          JOIN pg_depend  d ON d.refobjid = reader.view_oid
          JOIN pg_rewrite r ON r.oid = d.objid
         WHERE d.classid    = 'pg_rewrite'::regclass
           AND d.refclassid = 'pg_class'::regclass
           AND r.ev_class  <> reader.view_oid
           AND reader.view_oid <> p_table
           AND reader.depth < 100
    )
    SELECT reader.view_oid, c.relkind, max(reader.depth)
      FROM reader
      JOIN pg_class c ON c.oid = reader.view_oid
     GROUP BY reader.view_oid, c.relkind
$$;


-- Why the readers of these columns cannot be dropped and made again without loss, one line each; no line when they can.
CREATE FUNCTION hangmeas.readers_not_kept(p_table regclass, p_columns text[])
RETURNS SETOF text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE v.kind
               WHEN 'm' THEN format('the materialized view %s would lose its rows', v.view_oid::regclass)
               WHEN 'v' THEN format('the view %s has %s', v.view_oid::regclass, more.what)
               ELSE          format('the table %s has a rule that reads these columns', v.view_oid::regclass)
           END
      FROM hangmeas.views_over(p_table, p_columns) v
     CROSS JOIN LATERAL (
        SELECT concat_ws(' and ',
            CASE WHEN EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = v.view_oid)
                 THEN 'triggers' END,
            CASE WHEN EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = v.view_oid AND r.rulename <> '_RETURN')
                 THEN 'rules' END,
            CASE WHEN EXISTS (SELECT FROM pg_attrdef d WHERE d.adrelid = v.view_oid)
                 THEN 'column defaults' END,
            CASE WHEN EXISTS (SELECT FROM pg_seclabel l WHERE l.objoid = v.view_oid AND l.classoid = 'pg_class'::regclass)
                 THEN 'security labels' END,
            CASE WHEN EXISTS (SELECT FROM pg_class c, aclexplode(c.relacl) g
                               WHERE c.oid = v.view_oid AND g.grantor <> c.relowner)
                   OR EXISTS (SELECT FROM pg_class c
                                     JOIN pg_attribute a ON a.attrelid = c.oid
                                    CROSS JOIN aclexplode(a.attacl) g
                               WHERE c.oid = v.view_oid AND g.grantor <> c.relowner)
                 THEN 'privileges granted by others than its owner' END,
            CASE WHEN EXISTS (SELECT FROM pg_class c
                                     JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
                                                      OR d.refclassid = 'pg_type'::regclass  AND d.refobjid = c.reltype
                               WHERE c.oid = v.view_oid AND d.deptype = 'n' AND d.classid <> 'pg_rewrite'::regclass)
                 THEN 'functions or other objects built on it' END
        ) AS what
     ) more
     WHERE v.kind <> 'v' OR more.what <> ''
    UNION
    SELECT format('the %s reads %I', pg_describe_object(d.classid, d.objid, d.objsubid), a.attname)
      FROM pg_depend    d
      JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE d.refclassid = 'pg_class'::regclass
       AND d.refobjid   = p_table
       AND a.attname    = ANY (p_columns)
       AND d.classid   IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass)
     ORDER BY 1
$$;


-- Give columns other types: {"column": "type", …}. PostgreSQL refuses that while a view reads them, so the readers are
-- dropped first and made again after, each with its options, owner, comments and privileges.
CREATE FUNCTION hangmeas.set_column_types(p_table regclass, p_types jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    altered  text[] := ARRAY(SELECT jsonb_object_keys(p_types));
    obstacle text;
    kept     jsonb;
    v        jsonb;
    item     record;
BEGIN
    SELECT string_agg(o, '; ') INTO obstacle FROM hangmeas.readers_not_kept(p_table, altered) o;
    IF obstacle IS NOT NULL THEN
        RAISE EXCEPTION 'cannot change column types of %: %', p_table, obstacle
            USING ERRCODE = 'HM003',
                  HINT    = 'Drop what is named, run again, and create it anew afterwards.';
    END IF;

    SELECT jsonb_agg(jsonb_build_object(
               'name',       c.oid::regclass::text,
               'definition', pg_get_viewdef(c.oid),
               'options',    array_to_string(c.reloptions, ', '),
               'owner',      c.relowner::regrole::text,
               'comment',    obj_description(c.oid, 'pg_class'),
               'untouched',  c.relacl IS NULL,
               'acl', (
                   SELECT jsonb_agg(jsonb_build_object(
                              'privilege', g.privilege_type,
                              'grantee',   CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
                              'option',    g.is_grantable) ORDER BY g.n)
                     FROM aclexplode(c.relacl) WITH ORDINALITY
                          AS g (grantor, grantee, privilege_type, is_grantable, n)),
               'columns', (
                   SELECT jsonb_agg(jsonb_build_object(
                              'name',    quote_ident(a.attname),
                              'comment', col_description(c.oid, a.attnum),
                              'acl', (
                                  SELECT jsonb_agg(jsonb_build_object(
                                             'privilege', g.privilege_type,
                                             'grantee',   CASE g.grantee WHEN 0 THEN 'PUBLIC'
                                                                         ELSE g.grantee::regrole::text END,
                                             'option',    g.is_grantable) ORDER BY g.n)
                                    FROM aclexplode(a.attacl) WITH ORDINALITY
                                         AS g (grantor, grantee, privilege_type, is_grantable, n))))
                     FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0
                      AND (a.attacl IS NOT NULL OR col_description(c.oid, a.attnum) IS NOT NULL)))
               ORDER BY reader.depth, c.relname)
      INTO kept
      FROM hangmeas.views_over(p_table, altered) reader
      JOIN pg_class c ON c.oid = reader.view_oid;

    IF kept IS NOT NULL THEN
        EXECUTE (SELECT 'DROP VIEW ' || string_agg(k ->> 'name', ', ') FROM jsonb_array_elements(kept) k);
    END IF;

    EXECUTE (SELECT format('ALTER TABLE %s %s', p_table,
                           string_agg(format('ALTER COLUMN %I TYPE %s', key, value), ', '))
               FROM jsonb_each_text(p_types));

    FOR v IN SELECT jsonb_array_elements(kept) LOOP
        EXECUTE format('CREATE VIEW %s %s AS %s', v ->> 'name',
                       'WITH (' || nullif(v ->> 'options', '') || ')', v ->> 'definition');
        EXECUTE format('ALTER VIEW %s OWNER TO %s', v ->> 'name', v ->> 'owner');

        IF v ->> 'comment' IS NOT NULL THEN
            EXECUTE format('COMMENT ON VIEW %s IS %L', v ->> 'name', v ->> 'comment');
        END IF;

        -- A new view may carry default privileges that the former one did not have: clear them first.
        FOR item IN
            SELECT DISTINCT CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END AS grantee
              FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) g
             WHERE c.oid = (v ->> 'name')::regclass
               AND (c.relacl IS NOT NULL OR NOT (v -> 'untouched')::boolean)
        LOOP
            EXECUTE format('REVOKE ALL ON %s FROM %s', v ->> 'name', item.grantee);
            IF (v -> 'untouched')::boolean AND item.grantee = v ->> 'owner' THEN
                EXECUTE format('GRANT ALL ON %s TO %s', v ->> 'name', item.grantee);
            END IF;
        END LOOP;

        FOR item IN
            SELECT g ->> 'privilege' AS privilege, '' AS of_column, g ->> 'grantee' AS grantee,
                   (g ->> 'option')::boolean AS with_option
              FROM jsonb_array_elements(nullif(v -> 'acl', 'null')) g
            UNION ALL
            SELECT g ->> 'privilege', format('(%s)', c ->> 'name'), g ->> 'grantee', (g ->> 'option')::boolean
              FROM jsonb_array_elements(nullif(v -> 'columns', 'null')) c,
                   jsonb_array_elements(nullif(c -> 'acl', 'null')) g
        LOOP
            EXECUTE format('GRANT %s %s ON %s TO %s%s', item.privilege, item.of_column, v ->> 'name', item.grantee,
                           CASE WHEN item.with_option THEN ' WITH GRANT OPTION' ELSE '' END);
        END LOOP;

        FOR item IN
            SELECT c ->> 'name' AS name, c ->> 'comment' AS comment
              FROM jsonb_array_elements(nullif(v -> 'columns', 'null')) c
             WHERE c ->> 'comment' IS NOT NULL
        LOOP
            EXECUTE format('COMMENT ON COLUMN %s.%s IS %L', v ->> 'name', item.name, item.comment);
        END LOOP;
    END LOOP;
END
$$;


-- Make room for ten digits before the point, keep the scale (so no row is rewritten), and write down the former type.
-- A column that has the room already is left alone.
CREATE FUNCTION hangmeas.widen_money(p_version integer, p_table regclass, p_columns text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    types jsonb;
BEGIN
    WITH narrow AS (
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS former,
               (a.atttypmod - 4) & 2047 AS scale
          FROM pg_attribute a
          JOIN pg_class     c ON c.oid = a.attrelid
         WHERE a.attrelid = p_table
           AND a.attname  = ANY (p_columns)
           AND a.atttypid = 'numeric'::regtype
           AND a.atttypmod > 0
           AND ((a.atttypmod - 4) >> 16) - ((a.atttypmod - 4) & 2047) < 10
    ), noted AS (
        INSERT INTO hangmeas.created_object (version, kind, name, detail)
        SELECT p_version, 'column_type', relname || '.' || attname,
               jsonb_build_object('table', relname, 'column', attname, 'type', former)
          FROM narrow
    )
    SELECT jsonb_object_agg(attname, format('numeric(%s,%s)', 10 + scale, scale)) INTO types FROM narrow;

    IF types IS NOT NULL THEN
        PERFORM hangmeas.set_column_types(p_table, types);
    END IF;
END
$$;


-- The way back: the types that widen_money wrote down, unless a value no longer fits.
CREATE FUNCTION hangmeas.restore_column_types(p_version integer, p_table regclass)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    types   jsonb;
    col     record;
    too_big bigint;
    largest numeric;
    faults  text[] := '{}';
BEGIN
    SELECT jsonb_object_agg(o.detail ->> 'column', o.detail ->> 'type')
      INTO types
      FROM hangmeas.created_object o
      JOIN pg_class c ON c.oid = p_table AND c.relname = o.detail ->> 'table'
     WHERE o.version = p_version AND o.kind = 'column_type';

    IF types IS NULL THEN
        RETURN;
    END IF;

    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', p_table);

    FOR col IN
        SELECT t.key AS name, t.value AS type, m[1]::integer - m[2]::integer AS digits
          FROM jsonb_each_text(types) t, regexp_match(t.value, '\((\d+),(\d+)\)') m
         ORDER BY t.key
    LOOP
        EXECUTE format('SELECT count(*), max(abs(%1$I)) FROM %2$s WHERE %1$I <> ''NaN'' AND abs(%1$I) >= 10::numeric ^ %3$s',
                       col.name, p_table, col.digits)
           INTO too_big, largest;
        IF too_big > 0 THEN
            faults := faults || format('%s rows hold more in %s than %s takes, up to %s',
                                       too_big, col.name, col.type, largest);
        END IF;
    END LOOP;

    IF faults <> '{}' THEN
        RAISE EXCEPTION 'the columns of % cannot have their former types back: %', p_table, array_to_string(faults, '; ')
            USING ERRCODE = 'HM004',
                  HINT    = 'Split or settle these amounts first, then undo again.';
    END IF;

    PERFORM hangmeas.set_column_types(p_table, types);

    DELETE FROM hangmeas.created_object o
     USING pg_class c
     WHERE c.oid = p_table AND c.relname = o.detail ->> 'table'
       AND o.version = p_version AND o.kind = 'column_type';
END
$$;


-- May Hangmeas be built here?
DO $$
DECLARE
    home  constant name   := current_schema();
    spree constant text[] := ARRAY[
        'spree_users', 'spree_roles', 'spree_role_users', 'spree_products', 'spree_variants', 'spree_orders',
        'spree_line_items', 'spree_store_credits', 'spree_store_credit_categories', 'spree_store_credit_types',
        'spree_store_credit_events', 'spree_stores', 'spree_addresses', 'spree_countries', 'spree_payment_sources'];
    ours  constant text[] := ARRAY[
        'xfactor_seasons', 'xfactor_episodes', 'xfactor_contestants', 'episode_contestants', 'xfactor_votes',
        'vote_packages', 'sms_vote_logs', 'wallet_transactions', 'user_payment_methods', 'subscription_plans',
        'user_subscriptions', 'subscription_invoices', 'feature_usages', 'artists', 'event_organizers',
        'event_seats', 'event_checkins', 'loyalty_activities', 'achievements', 'push_notifications',
        'app_banners', 'topup_promotions', 'referral_rewards', 'user_wallet_balances', 'voting_statistics',
        'user_analytics', 'idx_user_analytics_id', 'idx_user_analytics_loyalty_tier',
        'idx_user_analytics_total_spent'];
    shop    boolean;
    problem text;
BEGIN
    IF home IS NULL OR home IN ('hangmeas', 'pg_catalog', 'information_schema') THEN
        RAISE EXCEPTION 'the search_path names no schema to build in'
            USING ERRCODE = 'HM005',
                  HINT    = 'Let the search_path of this role begin with the schema of the Spree tables, as a rule public.';
    END IF;

    -- New tables go into the first schema of the search_path: the Spree tables must be in that one. A shop in a schema
    -- that is not on the search_path would not be seen, and a second one built beside it.
    SELECT string_agg(format('%s.%s', n.nspname, c.relname), ', ' ORDER BY c.relname)
      INTO problem
      FROM unnest(spree) AS t (name)
      JOIN pg_class     c ON c.relname = t.name AND c.relkind IN ('r', 'p')
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname <> home
       AND n.nspname !~ '^pg_'
       AND coalesce(c.oid = to_regclass(t.name), true);

    IF problem IS NOT NULL THEN
        RAISE EXCEPTION 'these Spree tables are not in the schema "%", where new tables would go: %', home, problem
            USING ERRCODE = 'HM005',
                  HINT    = 'Let the search_path of this role begin with the schema of the Spree tables.';
    END IF;

    -- Only an owner may alter a table and index it.
    SELECT string_agg(t.name, ', ' ORDER BY t.name)
      INTO problem
      FROM unnest(ARRAY['spree_users', 'spree_products', 'spree_orders', 'spree_line_items', 'spree_store_credits',
                        'spree_store_credit_events']) AS t (name)
      JOIN pg_class c ON c.oid = to_regclass(t.name)
     WHERE NOT pg_has_role(c.relowner, 'USAGE');

    IF problem IS NOT NULL THEN
        RAISE EXCEPTION 'the role "%" does not own these tables of the shop: %', current_user, problem
            USING ERRCODE = 'insufficient_privilege',
                  HINT    = 'Run as their owner, or as a member of the role that owns them.';
    END IF;

    -- 1. Whole, or absent. spree_payment_sources came with Spree 4.3 and nothing here uses it: a shop may lack it.
    SELECT bool_or(to_regclass(t.name) IS NOT NULL) INTO shop FROM unnest(spree) AS t (name);

    IF shop THEN
        WITH needed (tab, col, family) AS (
            SELECT n.tab, c.col, n.family
              FROM (VALUES
                ('spree_users',                   'id',   '{id}'::text[]),
                ('spree_users',                   'text', '{email,login,encrypted_password,password_salt}'),
                ('spree_users',                   'time', '{created_at,updated_at}'),
                ('spree_roles',                   'id',   '{id}'),
                ('spree_roles',                   'text', '{name}'),
                ('spree_role_users',              'id',   '{role_id,user_id}'),
                ('spree_products',                'id',   '{id,shipping_category_id}'),
                ('spree_products',                'text', '{name,description,slug}'),
                ('spree_products',                'time', '{available_on,created_at,updated_at}'),
                ('spree_variants',                'id',   '{id,product_id}'),
                ('spree_variants',                'text', '{sku}'),
                ('spree_variants',                'flag', '{is_master,track_inventory}'),
                ('spree_variants',                'time', '{created_at,updated_at}'),
                ('spree_orders',                  'id',   '{id,user_id,store_id}'),
                ('spree_orders',                  'text', '{number,state,payment_state,email,currency}'),
                ('spree_orders',                  'num',  '{item_total,total,payment_total}'),
                ('spree_orders',                  'time', '{completed_at,created_at,updated_at}'),
                ('spree_line_items',              'id',   '{id,order_id,variant_id}'),
                ('spree_line_items',              'text', '{currency}'),
                ('spree_line_items',              'num',  '{quantity,price}'),
                ('spree_line_items',              'time', '{created_at,updated_at}'),
                ('spree_store_credits',           'id',   '{id,user_id,category_id,type_id,created_by_id}'),
                ('spree_store_credits',           'text', '{currency,memo}'),
                ('spree_store_credits',           'num',  '{amount,amount_used,amount_authorized}'),
                ('spree_store_credits',           'time', '{deleted_at,created_at,updated_at}'),
                ('spree_store_credit_categories', 'id',   '{id}'),
                ('spree_store_credit_categories', 'text', '{name}'),
                ('spree_store_credit_types',      'id',   '{id}'),
                ('spree_store_credit_types',      'text', '{name}'),
                ('spree_store_credit_types',      'num',  '{priority}'),
                ('spree_store_credit_events',     'id',   '{id,store_credit_id}'),
                ('spree_store_credit_events',     'text', '{action,authorization_code}'),
                ('spree_store_credit_events',     'num',  '{amount,user_total_amount}'),
                ('spree_store_credit_events',     'time', '{created_at,updated_at}'),
                ('spree_stores',                  'id',   '{id}'),
                ('spree_stores',                  'text', '{name,url,code,default_currency,mail_from_address}'),
                ('spree_stores',                  'flag', '{default}'),
                ('spree_addresses',               'id',   '{id}'),
                ('spree_countries',               'id',   '{id}')
              ) AS n (tab, family, cols), unnest(n.cols) AS c (col)
        ), seen AS (
            SELECT n.*, c.oid AS tab_oid, c.relkind, a.atttypid, a.atttypmod,
                   CASE
                       WHEN a.attnum IS NULL         THEN NULL
                       WHEN n.family = 'id'          THEN a.atttypid IN ('integer'::regtype, 'bigint'::regtype)
                       WHEN n.col LIKE '%amount%'    THEN a.atttypid = 'numeric'::regtype
                       WHEN n.family = 'num'         THEN y.typcategory = 'N'
                       WHEN n.family = 'text'        THEN y.typcategory = 'S'
                       WHEN n.family = 'time'        THEN y.typcategory = 'D'
                       ELSE                               y.typcategory = 'B'
                   END AS fits
              FROM needed n
              LEFT JOIN pg_class     c ON c.oid = to_regclass(n.tab)
              LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = n.col AND a.attnum > 0 AND NOT a.attisdropped
              LEFT JOIN pg_type      y ON y.oid = a.atttypid
        ), fault (tab, what) AS (
            SELECT DISTINCT tab, 'table ' || tab
              FROM seen
             WHERE tab_oid IS NULL
            UNION ALL
            SELECT DISTINCT tab, tab || ' as an ordinary table'
              FROM seen
             WHERE relkind <> 'r'
            UNION ALL
            SELECT tab, format('column %s.%s', tab, col)
              FROM seen
             WHERE relkind = 'r' AND fits IS NULL
            UNION ALL
            SELECT tab, format('column %s.%s of a %s type (it is %s)', tab, col,
                               CASE family WHEN 'id'   THEN 'integer or bigint'
                                           WHEN 'num'  THEN 'numeric'
                                           WHEN 'text' THEN 'text'
                                           WHEN 'time' THEN 'timestamp'
                                           ELSE             'boolean' END,
                               format_type(atttypid, atttypmod))
              FROM seen
             WHERE relkind = 'r' AND NOT fits
            UNION ALL
            SELECT tab, format('a primary key on %s.id', tab)
              FROM seen
             WHERE relkind = 'r' AND col = 'id'
               AND tab IN ('spree_users', 'spree_products', 'spree_orders', 'spree_line_items', 'spree_store_credits')
               AND NOT EXISTS (
                   SELECT FROM pg_index i
                     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                    WHERE i.indrelid = tab_oid AND i.indisunique AND i.indisvalid AND i.indimmediate
                      AND i.indpred IS NULL AND i.indnkeyatts = 1 AND a.attname = 'id')
        )
        SELECT string_agg(what, ', ' ORDER BY tab, what) INTO problem FROM fault;

        IF problem IS NOT NULL THEN
            RAISE EXCEPTION 'this is not a whole Spree shop; missing: %', problem
                USING ERRCODE = 'HM001',
                      HINT    = 'Finish or restore the migrations of Spree first, or take a database without Spree tables.';
        END IF;
    END IF;

    -- 2. Nothing that later migrations create may be there.
    WITH added (tab, cols) AS (
        VALUES
            ('spree_users', ARRAY[
                'phone_number', 'khmer_name', 'date_of_birth', 'gender', 'province', 'district',
                'commune', 'village', 'loyalty_tier', 'loyalty_points', 'total_spent', 'total_saved',
                'total_votes_cast', 'referral_code', 'referred_by_id', 'referral_count',
                'language_preference', 'notification_preferences', 'marketing_consent', 'sms_consent',
                'push_token', 'device_type', 'app_version', 'last_active_at', 'kyc_status',
                'verification_level', 'id_card_number', 'id_card_verified_at', 'phone_verified_at',
                'two_factor_enabled', 'pin_code', 'account_status', 'suspended_at',
                'suspension_reason']),
            ('spree_store_credits', ARRAY[
                'transaction_type', 'source_type', 'source_id', 'recipient_id', 'sender_id',
                'reference_number', 'metadata', 'expires_at', 'expired']),
            ('spree_products', ARRAY[
                'product_type', 'event_type', 'event_date', 'event_end_date', 'venue_name',
                'venue_address', 'venue_latitude', 'venue_longitude', 'venue_capacity',
                'tickets_sold', 'sale_start_date', 'sale_end_date', 'artist_id', 'organizer_id',
                'seating_chart_data', 'is_digital_event', 'stream_url', 'age_restriction',
                'event_status'])
    ), taken (kind, name) AS (
        SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
                              WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'table' END,
               c.relname::text
          FROM pg_class c
         WHERE c.relnamespace = to_regnamespace(quote_ident(home))
           AND (c.relname = ANY (ours)
                OR regexp_replace(c.relname, '(_id_seq|_pkey)$', '') = ANY (ours[1:23])
                OR c.relname = ANY (ARRAY[
                    'idx_verified_users_created_at', 'index_spree_users_on_id_card_number',
                    'index_spree_users_on_khmer_name', 'index_spree_users_on_kyc_status',
                    'index_spree_users_on_last_active_at', 'index_spree_users_on_loyalty_tier',
                    'index_spree_users_on_notification_preferences', 'index_spree_users_on_phone_number',
                    'index_spree_users_on_province', 'index_spree_users_on_province_and_district',
                    'index_spree_users_on_push_token', 'index_spree_users_on_referral_code',
                    'index_spree_users_on_referred_by_id', 'idx_store_credits_created_at_brin',
                    'index_spree_store_credits_on_expires_at', 'index_spree_store_credits_on_recipient_id',
                    'index_spree_store_credits_on_reference_number', 'index_spree_store_credits_on_sender_id',
                    'index_spree_store_credits_on_source_type', 'index_spree_store_credits_on_transaction_type',
                    'index_spree_store_credits_on_transaction_type_and_created_at',
                    'index_spree_store_credits_on_user_id_and_currency', 'index_spree_products_on_artist_id',
                    'index_spree_products_on_event_date', 'index_spree_products_on_event_date_and_event_status',
                    'index_spree_products_on_event_type', 'index_spree_products_on_organizer_id',
                    'index_spree_products_on_product_type',
                    'index_spree_products_on_venue_latitude_and_venue_longitude',
                    'index_spree_orders_on_user_id_and_state_and_created_at',
                    'index_spree_line_items_on_order_id_and_variant_id']))
        UNION ALL
        SELECT 'type', y.typname::text
          FROM pg_type y
         WHERE y.typnamespace = to_regnamespace(quote_ident(home)) AND y.typname = ANY (ours) AND y.typrelid = 0
        UNION ALL
        SELECT 'function', p.oid::regprocedure::text
          FROM pg_proc p
         WHERE p.pronamespace = to_regnamespace(quote_ident(home)) AND p.proname = 'calculate_user_ltv'
        UNION ALL
        SELECT 'column', format('%s.%s', c.relname, a.attname)
          FROM added
          JOIN pg_class     c ON c.oid = to_regclass(added.tab)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY (added.cols) AND NOT a.attisdropped
    )
    -- hangmeas.adopted: what Rails made and hangmeas has compared, one name a line.
    SELECT string_agg(kind || ' ' || name, ', ' ORDER BY kind, name)
      INTO problem
      FROM taken
     WHERE split_part(name, '(', 1)
           <> ALL (string_to_array(coalesce(current_setting('hangmeas.adopted', true), ''), E'\n'));

    IF problem IS NOT NULL THEN
        RAISE EXCEPTION 'names that Hangmeas needs are taken: %', problem
            USING ERRCODE = 'HM002',
                  HINT    = 'If these migrations ran here in Rails, roll them back there. Otherwise rename what is named.';
    END IF;

    -- 3. Amounts of store credits will be widened: every view over them must survive that.
    IF shop THEN
        SELECT string_agg(o, '; ' ORDER BY o)
          INTO problem
          FROM (SELECT hangmeas.readers_not_kept('spree_store_credits', '{amount,amount_used,amount_authorized}')
                UNION
                SELECT hangmeas.readers_not_kept('spree_store_credit_events', '{amount,user_total_amount}')) AS v (o);

        IF problem IS NOT NULL THEN
            RAISE EXCEPTION 'the amounts of store credits must be widened, but %', problem
                USING ERRCODE = 'HM003',
                      HINT    = 'Drop what is named, run again, and create it anew afterwards.';
        END IF;
    END IF;

    -- 4. pg_trgm: within reach, or to be had.
    SELECT CASE
               WHEN e.oid IS NOT NULL AND n.nspname <> ALL (current_schemas(true))
                   THEN format('the extension pg_trgm is in the schema "%s", which is not on the search_path', n.nspname)
               WHEN e.oid IS NULL AND NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')
                   THEN 'the extension pg_trgm is not installed on this server'
           END
      INTO problem
      FROM (VALUES (true)) AS always (here)
      LEFT JOIN pg_extension e ON e.extname = 'pg_trgm'
      LEFT JOIN pg_namespace n ON n.oid = e.extnamespace;

    IF problem IS NOT NULL THEN
        RAISE EXCEPTION '%', problem
            USING ERRCODE = 'HM005',
                  HINT    = 'Search by name needs it: add its schema to the search_path, or install contrib.';
    END IF;
END
$$;


-- A database without Spree: the tables as Spree 4.6 makes them.
DO $$
BEGIN
    IF to_regclass('spree_users') IS NOT NULL THEN
        RETURN;
    END IF;

    CREATE TABLE spree_users (
        id                      bigserial     PRIMARY KEY,
        encrypted_password      varchar(128),
        password_salt           varchar(128),
        email                   varchar,
        remember_token          varchar,
        persistence_token       varchar,
        reset_password_token    varchar,
        perishable_token        varchar,
        sign_in_count           integer       NOT NULL DEFAULT 0,
        failed_attempts         integer       NOT NULL DEFAULT 0,
        last_request_at         timestamp,
        current_sign_in_at      timestamp,
        last_sign_in_at         timestamp,
        current_sign_in_ip      varchar,
        last_sign_in_ip         varchar,
        login                   varchar,
        ship_address_id         bigint,
        bill_address_id         bigint,
        authentication_token    varchar,
        unlock_token            varchar,
        locked_at               timestamp,
        reset_password_sent_at  timestamp,
        created_at              timestamp(6)  NOT NULL,
        updated_at              timestamp(6)  NOT NULL,
        public_metadata         jsonb,
        private_metadata        jsonb,
        first_name              varchar,
        last_name               varchar,
        selected_locale         varchar,
        spree_api_key           varchar(48),
        remember_created_at     timestamp,
        deleted_at              timestamp,
        confirmation_token      varchar,
        confirmed_at            timestamp,
        confirmation_sent_at    timestamp
    );
    CREATE UNIQUE INDEX email_idx_unique ON spree_users (email);
    CREATE INDEX index_spree_users_on_bill_address_id ON spree_users (bill_address_id);
    CREATE INDEX index_spree_users_on_deleted_at ON spree_users (deleted_at);
    CREATE INDEX index_spree_users_on_ship_address_id ON spree_users (ship_address_id);
    CREATE INDEX index_spree_users_on_spree_api_key ON spree_users (spree_api_key);

    CREATE TABLE spree_roles (
        id          bigserial  PRIMARY KEY,
        name        varchar,
        created_at  timestamp,
        updated_at  timestamp
    );
    CREATE UNIQUE INDEX index_spree_roles_on_name ON spree_roles (name);

    CREATE TABLE spree_role_users (
        id          bigserial  PRIMARY KEY,
        role_id     bigint,
        user_id     bigint,
        created_at  timestamp,
        updated_at  timestamp
    );
    CREATE INDEX index_spree_role_users_on_role_id ON spree_role_users (role_id);
    CREATE INDEX index_spree_role_users_on_user_id ON spree_role_users (user_id);

    CREATE TABLE spree_products (
        id                    bigserial     PRIMARY KEY,
        name                  varchar       DEFAULT '',
        description           text,
        available_on          timestamp,
        deleted_at            timestamp,
        slug                  varchar,
        meta_description      text,
        meta_keywords         varchar,
        tax_category_id       bigint,
        shipping_category_id  bigint,
        created_at            timestamp(6)  NOT NULL,
        updated_at            timestamp(6)  NOT NULL,
        promotionable         boolean       DEFAULT true,
        meta_title            varchar,
        discontinue_on        timestamp,
        public_metadata       jsonb,
        private_metadata      jsonb,
        status                varchar       NOT NULL DEFAULT 'draft',
        make_active_at        timestamp
    );
    CREATE INDEX index_spree_products_on_available_on ON spree_products (available_on);
    CREATE INDEX index_spree_products_on_deleted_at ON spree_products (deleted_at);
    CREATE INDEX index_spree_products_on_discontinue_on ON spree_products (discontinue_on);
    CREATE INDEX index_spree_products_on_make_active_at ON spree_products (make_active_at);
    CREATE INDEX index_spree_products_on_name ON spree_products (name);
    CREATE INDEX index_spree_products_on_shipping_category_id ON spree_products (shipping_category_id);
    CREATE UNIQUE INDEX index_spree_products_on_slug ON spree_products (slug);
    CREATE INDEX index_spree_products_on_status ON spree_products (status);
    CREATE INDEX index_spree_products_on_status_and_deleted_at ON spree_products (status, deleted_at);
    CREATE INDEX index_spree_products_on_tax_category_id ON spree_products (tax_category_id);

    CREATE TABLE spree_variants (
        id                bigserial      PRIMARY KEY,
        sku               varchar        NOT NULL DEFAULT '',
        weight            numeric(8,2)   DEFAULT 0.0,
        height            numeric(8,2),
        width             numeric(8,2),
        depth             numeric(8,2),
        deleted_at        timestamp,
        is_master         boolean        DEFAULT false,
        product_id        bigint,
        cost_price        numeric(10,2),
        "position"        integer,
        cost_currency     varchar,
        track_inventory   boolean        DEFAULT true,
        tax_category_id   bigint,
        updated_at        timestamp      NOT NULL,
        discontinue_on    timestamp,
        created_at        timestamp      NOT NULL,
        public_metadata   jsonb,
        private_metadata  jsonb,
        barcode           varchar
    );
    CREATE INDEX index_spree_variants_on_barcode ON spree_variants (barcode);
    CREATE INDEX index_spree_variants_on_deleted_at ON spree_variants (deleted_at);
    CREATE INDEX index_spree_variants_on_discontinue_on ON spree_variants (discontinue_on);
    CREATE INDEX index_spree_variants_on_is_master ON spree_variants (is_master);
    CREATE INDEX index_spree_variants_on_position ON spree_variants ("position");
    CREATE INDEX index_spree_variants_on_product_id ON spree_variants (product_id);
    CREATE INDEX index_spree_variants_on_sku ON spree_variants (sku);
    CREATE INDEX index_spree_variants_on_tax_category_id ON spree_variants (tax_category_id);
    CREATE INDEX index_spree_variants_on_track_inventory ON spree_variants (track_inventory);

    CREATE TABLE spree_orders (
        id                                  bigserial      PRIMARY KEY,
        number                              varchar(32),
        item_total                          numeric(10,2)  NOT NULL DEFAULT 0.0,
        total                               numeric(10,2)  NOT NULL DEFAULT 0.0,
        state                               varchar,
        adjustment_total                    numeric(10,2)  NOT NULL DEFAULT 0.0,
        user_id                             bigint,
        completed_at                        timestamp,
        bill_address_id                     bigint,
        ship_address_id                     bigint,
        payment_total                       numeric(10,2)  DEFAULT 0.0,
        shipment_state                      varchar,
        payment_state                       varchar,
        email                               varchar,
        special_instructions                text,
        created_at                          timestamp(6)   NOT NULL,
        updated_at                          timestamp(6)   NOT NULL,
        currency                            varchar,
        last_ip_address                     varchar,
        created_by_id                       bigint,
        shipment_total                      numeric(10,2)  NOT NULL DEFAULT 0.0,
        additional_tax_total                numeric(10,2)  DEFAULT 0.0,
        promo_total                         numeric(10,2)  DEFAULT 0.0,
        channel                             varchar        DEFAULT 'spree',
        included_tax_total                  numeric(10,2)  NOT NULL DEFAULT 0.0,
        item_count                          integer        DEFAULT 0,
        approver_id                         bigint,
        approved_at                         timestamp,
        confirmation_delivered              boolean        DEFAULT false,
        considered_risky                    boolean        DEFAULT false,
        token                               varchar,
        canceled_at                         timestamp,
        canceler_id                         bigint,
        store_id                            bigint,
        state_lock_version                  integer        NOT NULL DEFAULT 0,
        taxable_adjustment_total            numeric(10,2)  NOT NULL DEFAULT 0.0,
        non_taxable_adjustment_total        numeric(10,2)  NOT NULL DEFAULT 0.0,
        store_owner_notification_delivered  boolean,
        public_metadata                     jsonb,
        private_metadata                    jsonb,
        internal_note                       text
    );
    CREATE INDEX index_spree_orders_on_approver_id ON spree_orders (approver_id);
    CREATE INDEX index_spree_orders_on_bill_address_id ON spree_orders (bill_address_id);
    CREATE INDEX index_spree_orders_on_canceler_id ON spree_orders (canceler_id);
    CREATE INDEX index_spree_orders_on_completed_at ON spree_orders (completed_at);
    CREATE INDEX index_spree_orders_on_confirmation_delivered ON spree_orders (confirmation_delivered);
    CREATE INDEX index_spree_orders_on_considered_risky ON spree_orders (considered_risky);
    CREATE INDEX index_spree_orders_on_created_by_id ON spree_orders (created_by_id);
    CREATE UNIQUE INDEX index_spree_orders_on_number ON spree_orders (number);
    CREATE INDEX index_spree_orders_on_ship_address_id ON spree_orders (ship_address_id);
    CREATE INDEX index_spree_orders_on_store_id ON spree_orders (store_id);
    CREATE INDEX index_spree_orders_on_token ON spree_orders (token);
    CREATE INDEX index_spree_orders_on_user_id_and_created_by_id ON spree_orders (user_id, created_by_id);

    CREATE TABLE spree_line_items (
        id                            bigserial      PRIMARY KEY,
        variant_id                    bigint,
        order_id                      bigint,
        quantity                      integer        NOT NULL,
        price                         numeric(10,2)  NOT NULL,
        created_at                    timestamp(6)   NOT NULL,
        updated_at                    timestamp(6)   NOT NULL,
        currency                      varchar,
        cost_price                    numeric(10,2),
        tax_category_id               bigint,
        adjustment_total              numeric(10,2)  DEFAULT 0.0,
        additional_tax_total          numeric(10,2)  DEFAULT 0.0,
        promo_total                   numeric(10,2)  DEFAULT 0.0,
        included_tax_total            numeric(10,2)  NOT NULL DEFAULT 0.0,
        pre_tax_amount                numeric(12,4)  NOT NULL DEFAULT 0.0,
        taxable_adjustment_total      numeric(10,2)  NOT NULL DEFAULT 0.0,
        non_taxable_adjustment_total  numeric(10,2)  NOT NULL DEFAULT 0.0,
        public_metadata               jsonb,
        private_metadata              jsonb
    );
    CREATE INDEX index_spree_line_items_on_order_id ON spree_line_items (order_id);
    CREATE INDEX index_spree_line_items_on_tax_category_id ON spree_line_items (tax_category_id);
    CREATE INDEX index_spree_line_items_on_variant_id ON spree_line_items (variant_id);

    CREATE TABLE spree_store_credits (
        id                 bigserial     PRIMARY KEY,
        user_id            bigint,
        category_id        bigint,
        created_by_id      bigint,
        amount             numeric(8,2)  NOT NULL DEFAULT 0.0,
        amount_used        numeric(8,2)  NOT NULL DEFAULT 0.0,
        memo               text,
        deleted_at         timestamp,
        currency           varchar,
        amount_authorized  numeric(8,2)  NOT NULL DEFAULT 0.0,
        originator_id      bigint,
        originator_type    varchar,
        type_id            bigint,
        created_at         timestamp(6)  NOT NULL,
        updated_at         timestamp(6)  NOT NULL,
        store_id           bigint,
        public_metadata    jsonb,
        private_metadata   jsonb
    );
    CREATE INDEX index_spree_store_credits_on_deleted_at ON spree_store_credits (deleted_at);
    CREATE INDEX index_spree_store_credits_on_store_id ON spree_store_credits (store_id);
    CREATE INDEX index_spree_store_credits_on_type_id ON spree_store_credits (type_id);
    CREATE INDEX index_spree_store_credits_on_user_id ON spree_store_credits (user_id);
    CREATE INDEX spree_store_credits_originator ON spree_store_credits (originator_id, originator_type);

    CREATE TABLE spree_store_credit_categories (
        id          bigserial     PRIMARY KEY,
        name        varchar,
        created_at  timestamp(6)  NOT NULL,
        updated_at  timestamp(6)  NOT NULL
    );

    CREATE TABLE spree_store_credit_types (
        id          bigserial     PRIMARY KEY,
        name        varchar,
        priority    integer,
        created_at  timestamp(6)  NOT NULL,
        updated_at  timestamp(6)  NOT NULL
    );
    CREATE INDEX index_spree_store_credit_types_on_priority ON spree_store_credit_types (priority);

    CREATE TABLE spree_store_credit_events (
        id                  bigserial     PRIMARY KEY,
        store_credit_id     bigint        NOT NULL,
        action              varchar       NOT NULL,
        amount              numeric(8,2),
        authorization_code  varchar       NOT NULL,
        user_total_amount   numeric(8,2)  NOT NULL DEFAULT 0.0,
        originator_id       bigint,
        originator_type     varchar,
        deleted_at          timestamp,
        created_at          timestamp(6)  NOT NULL,
        updated_at          timestamp(6)  NOT NULL
    );
    CREATE INDEX index_spree_store_credit_events_on_store_credit_id ON spree_store_credit_events (store_credit_id);
    CREATE INDEX spree_store_credit_events_originator ON spree_store_credit_events (originator_id, originator_type);

    CREATE TABLE spree_stores (
        id                             bigserial     PRIMARY KEY,
        name                           varchar,
        url                            varchar,
        meta_description               text,
        meta_keywords                  text,
        seo_title                      varchar,
        mail_from_address              varchar,
        default_currency               varchar,
        code                           varchar,
        "default"                      boolean       NOT NULL DEFAULT false,
        created_at                     timestamp(6)  NOT NULL,
        updated_at                     timestamp(6)  NOT NULL,
        supported_currencies           varchar,
        facebook                       varchar,
        twitter                        varchar,
        instagram                      varchar,
        default_locale                 varchar,
        customer_support_email         varchar,
        default_country_id             bigint,
        description                    text,
        address                        text,
        contact_phone                  varchar,
        new_order_notifications_email  varchar,
        checkout_zone_id               bigint,
        seo_robots                     varchar,
        supported_locales              varchar,
        deleted_at                     timestamp,
        settings                       jsonb
    );
    CREATE UNIQUE INDEX index_spree_stores_on_code ON spree_stores (code);
    CREATE INDEX index_spree_stores_on_default ON spree_stores ("default");
    CREATE INDEX index_spree_stores_on_deleted_at ON spree_stores (deleted_at);
    CREATE INDEX index_spree_stores_on_url ON spree_stores (url);

    CREATE TABLE spree_addresses (
        id                 bigserial     PRIMARY KEY,
        firstname          varchar,
        lastname           varchar,
        address1           varchar,
        address2           varchar,
        city               varchar,
        zipcode            varchar,
        phone              varchar,
        state_name         varchar,
        alternative_phone  varchar,
        company            varchar,
        state_id           bigint,
        country_id         bigint,
        created_at         timestamp(6)  NOT NULL,
        updated_at         timestamp(6)  NOT NULL,
        user_id            bigint,
        deleted_at         timestamp,
        label              varchar,
        public_metadata    jsonb,
        private_metadata   jsonb
    );
    CREATE INDEX index_addresses_on_firstname ON spree_addresses (firstname);
    CREATE INDEX index_addresses_on_lastname ON spree_addresses (lastname);
    CREATE INDEX index_spree_addresses_on_country_id ON spree_addresses (country_id);
    CREATE INDEX index_spree_addresses_on_deleted_at ON spree_addresses (deleted_at);
    CREATE INDEX index_spree_addresses_on_state_id ON spree_addresses (state_id);
    CREATE INDEX index_spree_addresses_on_user_id ON spree_addresses (user_id);

    CREATE TABLE spree_countries (
        id                bigserial  PRIMARY KEY,
        iso_name          varchar,
        iso               varchar    NOT NULL,
        iso3              varchar    NOT NULL,
        name              varchar,
        numcode           integer,
        states_required   boolean    DEFAULT false,
        updated_at        timestamp,
        zipcode_required  boolean    DEFAULT true,
        created_at        timestamp
    );
    CREATE UNIQUE INDEX index_spree_countries_on_iso ON spree_countries (iso);
    CREATE UNIQUE INDEX index_spree_countries_on_iso3 ON spree_countries (iso3);
    CREATE UNIQUE INDEX index_spree_countries_on_iso_name ON spree_countries (iso_name);
    CREATE UNIQUE INDEX index_spree_countries_on_name ON spree_countries (name);

    CREATE TABLE spree_payment_sources (
        id                          bigserial  PRIMARY KEY,
        gateway_payment_profile_id  varchar,
        type                        varchar,
        payment_method_id           bigint,
        user_id                     bigint,
        public_metadata             jsonb,
        private_metadata            jsonb,
        created_at                  timestamp  NOT NULL,
        updated_at                  timestamp  NOT NULL
    );
    CREATE UNIQUE INDEX index_payment_sources_on_type_and_gateway_payment_profile_id ON spree_payment_sources (type, gateway_payment_profile_id);
    CREATE INDEX index_spree_payment_sources_on_payment_method_id ON spree_payment_sources (payment_method_id);
    CREATE INDEX index_spree_payment_sources_on_type ON spree_payment_sources (type);
    CREATE INDEX index_spree_payment_sources_on_user_id ON spree_payment_sources (user_id);

    INSERT INTO hangmeas.created_object (version, kind, name)
    SELECT 1, 'table', unnest(ARRAY[
        'spree_users', 'spree_roles', 'spree_role_users', 'spree_products', 'spree_variants',
        'spree_orders', 'spree_line_items', 'spree_store_credits', 'spree_store_credit_categories',
        'spree_store_credit_types', 'spree_store_credit_events', 'spree_stores', 'spree_addresses',
        'spree_countries', 'spree_payment_sources']);
END
$$;
