-- hangmeas: drops-created
--
-- Drops the Spree tables that the migration created, and only those: tables of a shop are not recorded and stay.
-- Stops with an error, and changes nothing, when something else still refers to one of them.

DO $$
DECLARE
    tables text;
BEGIN
    SELECT string_agg(format('%I', name), ', ' ORDER BY name)
      INTO tables
      FROM hangmeas.created_object
     WHERE version = 1 AND kind = 'table';

    IF tables IS NOT NULL THEN
        EXECUTE 'DROP TABLE ' || tables;
    END IF;
END
$$;

DROP FUNCTION hangmeas.restore_column_types(integer, regclass);
DROP FUNCTION hangmeas.widen_money(integer, regclass, text[]);
DROP FUNCTION hangmeas.set_column_types(regclass, jsonb);
DROP FUNCTION hangmeas.readers_not_kept(regclass, text[]);
DROP FUNCTION hangmeas.views_over(regclass, text[]);

DROP TABLE hangmeas.created_object;
