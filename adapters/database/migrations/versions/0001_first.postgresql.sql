CREATE TABLE attention (
    case_id BYTEA NOT NULL,
    cause TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    opened_us BIGINT NOT NULL,
    last_seen_us BIGINT NOT NULL,
    look_again_us BIGINT,
    count BIGINT NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    until TEXT COLLATE "C" NOT NULL,
    workflow TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, cause, subject)
);

CREATE TABLE calendar (
    version INTEGER NOT NULL,
    first_year INTEGER NOT NULL,
    last_year INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE calendar_day (
    version INTEGER NOT NULL,
    day DATE NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (version, day)
);

CREATE TABLE "case" (
    id BYTEA NOT NULL,
    opened_us BIGINT NOT NULL,
    stage_opened_us BIGINT NOT NULL,
    next_due_us BIGINT,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    parked INTEGER NOT NULL,
    hops INTEGER NOT NULL,
    closed BOOLEAN NOT NULL,
    held BOOLEAN NOT NULL,
    workflow TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    head BYTEA NOT NULL,
    facts TEXT NOT NULL,
    clocks TEXT NOT NULL,
    attention TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT id_is_16_bytes CHECK (length(id) = 16),
    CONSTRAINT parked_is_a_count CHECK (parked >= 0)
)
 WITH (fillfactor = 85);

CREATE INDEX case_due ON "case" (next_due_us) WHERE next_due_us IS NOT NULL AND NOT held;

ALTER TABLE "case" ALTER COLUMN "facts" SET COMPRESSION lz4;

ALTER TABLE "case" ALTER COLUMN "clocks" SET COMPRESSION lz4;

ALTER TABLE "case" ALTER COLUMN "attention" SET COMPRESSION lz4;

CREATE TABLE consumer_offset (
    feed TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (feed)
);

CREATE TABLE dead_letter (
    key BYTEA NOT NULL,
    case_id BYTEA,
    mended_by BYTEA,
    arrived_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    count BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    feed TEXT COLLATE "C" NOT NULL,
    position TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    raw BYTEA,
    sentence TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (key)
);

CREATE INDEX dead_letter_case ON dead_letter (case_id) WHERE case_id IS NOT NULL;

ALTER TABLE "dead_letter" ALTER COLUMN "body" SET COMPRESSION lz4;

CREATE TABLE delivery (
    id BYTEA NOT NULL,
    lane BYTEA NOT NULL,
    created_us BIGINT NOT NULL,
    destination TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (id)
);

ALTER TABLE "delivery" ALTER COLUMN "body" SET COMPRESSION lz4;

CREATE TABLE duplicate_count (
    source TEXT COLLATE "C" NOT NULL,
    day INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (source, day, slot)
);

CREATE TABLE history (
    case_id BYTEA NOT NULL,
    revision INTEGER NOT NULL,
    event_key BYTEA NOT NULL,
    happened_us BIGINT NOT NULL,
    arrived_us BIGINT NOT NULL,
    version INTEGER NOT NULL,
    event_type TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    rule TEXT COLLATE "C" NOT NULL,
    basis TEXT COLLATE "C" NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    event TEXT NOT NULL,
    context TEXT NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (case_id, revision)
);

ALTER TABLE "history" ALTER COLUMN "event" SET COMPRESSION lz4;

ALTER TABLE "history" ALTER COLUMN "context" SET COMPRESSION lz4;

ALTER TABLE "history" ALTER COLUMN "result" SET COMPRESSION lz4;

CREATE TABLE outbox (
    id BYTEA NOT NULL,
    lane BYTEA NOT NULL,
    created_us BIGINT NOT NULL,
    next_attempt_us BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    destination TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX outbox_waiting ON outbox (next_attempt_us) WHERE next_attempt_us > created_us;

ALTER TABLE "outbox" ALTER COLUMN "body" SET COMPRESSION lz4;

CREATE TABLE parked (
    key BYTEA NOT NULL,
    case_id BYTEA,
    ready_us BIGINT,
    give_up_us BIGINT,
    due_us BIGINT,
    happened_us BIGINT NOT NULL,
    arrived_us BIGINT NOT NULL,
    wait TEXT COLLATE "C" NOT NULL,
    reference_kind TEXT COLLATE "C",
    reference_value TEXT COLLATE "C",
    reason TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (key),
    CONSTRAINT wait_is_known CHECK (wait IN ('case', 'reference', 'instant'))
);

CREATE INDEX parked_case ON parked (case_id) WHERE case_id IS NOT NULL;

CREATE INDEX parked_due ON parked (due_us) WHERE due_us IS NOT NULL;

CREATE INDEX parked_reference ON parked (reference_kind, reference_value) WHERE reference_kind IS NOT NULL;

ALTER TABLE "parked" ALTER COLUMN "body" SET COMPRESSION lz4;

CREATE TABLE receipt (
    key BYTEA NOT NULL,
    fingerprint BYTEA NOT NULL,
    case_id BYTEA,
    arrived_us BIGINT NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (key),
    CONSTRAINT key_is_16_bytes CHECK (length(key) = 16),
    CONSTRAINT outcome_is_known CHECK (outcome IN ('applied', 'refused', 'parked', 'dead'))
);

CREATE TABLE reference (
    kind TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    case_id BYTEA,
    PRIMARY KEY (kind, value)
);

CREATE TABLE refusal_count (
    source TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (source, outcome)
);

CREATE TABLE refused (
    key BYTEA NOT NULL,
    case_id BYTEA,
    arrived_us BIGINT NOT NULL,
    count BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    event_type TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    explanation TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (key)
);

CREATE INDEX refused_case ON refused (case_id) WHERE case_id IS NOT NULL;

ALTER TABLE "refused" ALTER COLUMN "explanation" SET COMPRESSION lz4;

ALTER TABLE "refused" ALTER COLUMN "body" SET COMPRESSION lz4;

CREATE TABLE rulebook (
    name TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    is_active BOOLEAN NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (name, version)
);

CREATE TABLE sealed (
    id BYTEA NOT NULL,
    key_id BYTEA NOT NULL,
    case_id BYTEA,
    expires_us BIGINT,
    ciphertext BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE sealing_key (
    id BYTEA NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE total (
    workflow TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    cause TEXT COLLATE "C" NOT NULL,
    slot INTEGER NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (workflow, stage, cause, slot)
)
 WITH (fillfactor = 50);
