-- What every run put into the database: the ids, table by table; what it was made with.
CREATE TABLE IF NOT EXISTS hangmeas.seed_run (
    id           bigint       GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    profile      text         NOT NULL,
    random_seed  bigint       NOT NULL,
    users        bigint       NOT NULL,
    votes        bigint       NOT NULL,
    as_of        timestamp    NOT NULL,
    tables       jsonb        NOT NULL,
    seeded_at    timestamptz  NOT NULL DEFAULT now(),
    digests      jsonb,
    generated    jsonb
);
-- An older hangmeas made it without them.
ALTER TABLE hangmeas.seed_run
    ADD COLUMN IF NOT EXISTS digests   jsonb,
    ADD COLUMN IF NOT EXISTS generated jsonb
