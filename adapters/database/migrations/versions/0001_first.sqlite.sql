CREATE TABLE attention (
    case_id BLOB NOT NULL,
    cause TEXT NOT NULL,
    subject TEXT NOT NULL,
    opened_us BIGINT NOT NULL,
    last_seen_us BIGINT NOT NULL,
    look_again_us BIGINT,
    count BIGINT NOT NULL,
    owner TEXT NOT NULL,
    until TEXT NOT NULL,
    workflow TEXT NOT NULL,
    stage TEXT NOT NULL,
    PRIMARY KEY (case_id, cause, subject)
)
 WITHOUT ROWID;

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
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (version, day)
);

CREATE TABLE "case" (
    id BLOB NOT NULL,
    opened_us BIGINT NOT NULL,
    stage_opened_us BIGINT NOT NULL,
    next_due_us BIGINT,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    parked INTEGER NOT NULL,
    hops INTEGER NOT NULL,
    closed BOOLEAN NOT NULL,
    held BOOLEAN NOT NULL,
    workflow TEXT NOT NULL,
    stage TEXT NOT NULL,
    unit TEXT NOT NULL,
    head BLOB NOT NULL,
    facts TEXT NOT NULL,
    clocks TEXT NOT NULL,
    attention TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT id_is_16_bytes CHECK (length(id) = 16),
    CONSTRAINT parked_is_a_count CHECK (parked >= 0)
);

CREATE INDEX case_due ON "case" (next_due_us) WHERE next_due_us IS NOT NULL AND held = 0;

CREATE TABLE consumer_offset (
    feed TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (feed)
)
 WITHOUT ROWID;

CREATE TABLE dead_letter (
    "key" BLOB NOT NULL,
    case_id BLOB,
    mended_by BLOB,
    arrived_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    count BIGINT NOT NULL,
    source TEXT NOT NULL,
    feed TEXT NOT NULL,
    position TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw BLOB,
    sentence TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY ("key")
);

CREATE INDEX dead_letter_case ON dead_letter (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE delivery (
    id BLOB NOT NULL,
    lane BLOB NOT NULL,
    created_us BIGINT NOT NULL,
    destination TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE duplicate_count (
    source TEXT NOT NULL,
    day INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (source, day, slot)
)
 WITHOUT ROWID;

CREATE TABLE history (
    case_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    event_key BLOB NOT NULL,
    happened_us BIGINT NOT NULL,
    arrived_us BIGINT NOT NULL,
    version INTEGER NOT NULL,
    event_type TEXT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    rule TEXT NOT NULL,
    basis TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    event TEXT NOT NULL,
    context TEXT NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (case_id, revision)
);

CREATE TABLE outbox (
    id BLOB NOT NULL,
    lane BLOB NOT NULL,
    created_us BIGINT NOT NULL,
    next_attempt_us BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    destination TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX outbox_waiting ON outbox (next_attempt_us) WHERE next_attempt_us > created_us;

CREATE TABLE parked (
    "key" BLOB NOT NULL,
    case_id BLOB,
    ready_us BIGINT,
    give_up_us BIGINT,
    due_us BIGINT,
    happened_us BIGINT NOT NULL,
    arrived_us BIGINT NOT NULL,
    wait TEXT NOT NULL,
    reference_kind TEXT,
    reference_value TEXT,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY ("key"),
    CONSTRAINT wait_is_known CHECK (wait IN ('case', 'reference', 'instant'))
);

CREATE INDEX parked_case ON parked (case_id) WHERE case_id IS NOT NULL;

CREATE INDEX parked_due ON parked (due_us) WHERE due_us IS NOT NULL;

CREATE INDEX parked_reference ON parked (reference_kind, reference_value) WHERE reference_kind IS NOT NULL;

CREATE TABLE receipt (
    "key" BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    case_id BLOB,
    arrived_us BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY ("key"),
    CONSTRAINT key_is_16_bytes CHECK (length(key) = 16),
    CONSTRAINT outcome_is_known CHECK (outcome IN ('applied', 'refused', 'parked', 'dead'))
)
 WITHOUT ROWID;

CREATE TABLE reference (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    case_id BLOB,
    PRIMARY KEY (kind, value)
)
 WITHOUT ROWID;

CREATE TABLE refusal_count (
    source TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (source, outcome)
)
 WITHOUT ROWID;

CREATE TABLE refused (
    "key" BLOB NOT NULL,
    case_id BLOB,
    arrived_us BIGINT NOT NULL,
    count BIGINT NOT NULL,
    source TEXT NOT NULL,
    event_type TEXT NOT NULL,
    reason TEXT NOT NULL,
    explanation TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY ("key")
);

CREATE INDEX refused_case ON refused (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE rulebook (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_active BOOLEAN NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (name, version)
);

CREATE TABLE sealed (
    id BLOB NOT NULL,
    key_id BLOB NOT NULL,
    case_id BLOB,
    expires_us BIGINT,
    ciphertext BLOB NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE sealing_key (
    id BLOB NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE total (
    workflow TEXT NOT NULL,
    stage TEXT NOT NULL,
    cause TEXT NOT NULL,
    slot INTEGER NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (workflow, stage, cause, slot)
)
 WITHOUT ROWID;
