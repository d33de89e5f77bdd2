"""Rows for the stores' tests: plain, valid, and named by a number."""

from dataclasses import replace

from engine.records import (
    AttentionRecord,
    CaseRecord,
    Changes,
    Claim,
    DeadLetterRecord,
    HistoryRecord,
    OutboxRecord,
    Outcome,
    ParkedRecord,
    ReceiptRecord,
    Reference,
    RefusedRecord,
    TotalKey,
    Wait,
    Wanted,
)

NOON_US = 1_777_348_800_000_000
CALL = Reference("call", "20260428-0001")


def id_of(number: int) -> bytes:
    """Name a case, an event or a message."""
    return number.to_bytes(16, "big")


def case(number: int = 1, **changes) -> CaseRecord:
    """Make a dispatched complaint at its first revision."""
    record = CaseRecord(
        id=id_of(number),
        workflow="complaint",
        version=1,
        stage="dispatched",
        revision=1,
        unit="office-7",
        facts='{"channel":"phone"}',
        clocks="{}",
        attention="[]",
        opened_us=NOON_US,
        stage_opened_us=NOON_US,
        next_due_us=None,
        head=b"h" * 32,
        closed=False,
        held=False,
        parked=0,
        hops=0,
    )
    return replace(record, **changes)


def entry(number: int = 1, revision: int = 1, **changes) -> HistoryRecord:
    """Make a history entry of a case."""
    record = HistoryRecord(
        case_id=id_of(number),
        revision=revision,
        event_key=id_of(1_000 * number + revision),
        event_type="cn.hongdun.complaint.received.v1",
        happened_us=NOON_US + revision,
        arrived_us=NOON_US + revision + 5,
        actor="agent-3",
        role="intake",
        rule="received",
        version=1,
        basis="SAMR Order 121, art. 15",
        event='{"text":"退货不退款 ✓"}',
        context='{"calendar":1}',
        result='{"stage":"dispatched"}',
        previous=bytes(32),
        hash=bytes([revision]) * 32,
    )
    return replace(record, **changes)


def receipt(number: int = 1, outcome: Outcome = Outcome.APPLIED, **changes) -> ReceiptRecord:
    """Make the receipt of an event."""
    record = ReceiptRecord(id_of(number), b"f" * 16, outcome, "", id_of(1), NOON_US)
    return replace(record, **changes)


def parked(number: int = 1, **changes) -> ParkedRecord:
    """Make an event that waits for the first case."""
    record = ParkedRecord(
        key=id_of(number),
        wait=Wait.CASE,
        case_id=id_of(1),
        reference=None,
        ready_us=None,
        give_up_us=NOON_US + 1_000,
        happened_us=NOON_US + number,
        arrived_us=NOON_US + number,
        reason="early",
        body="{}",
    )
    return replace(record, **changes)


def refused(number: int = 1, source: str = "phone", **changes) -> RefusedRecord:
    """Make a refused event."""
    record = RefusedRecord(
        key=id_of(number),
        source=source,
        event_type="cn.hongdun.signed.v1",
        case_id=id_of(1),
        reason="wrong_role",
        explanation="{}",
        body="{}",
        arrived_us=NOON_US,
    )
    return replace(record, **changes)


def dead_letter(number: int = 1, source: str = "phone", **changes) -> DeadLetterRecord:
    """Make a record that is no event."""
    record = DeadLetterRecord(
        key=id_of(number),
        source=source,
        feed="complaints",
        position=str(number),
        reason="not_json",
        sentence="不是 JSON | it is not JSON",
        body="{}",
        raw=id_of(number + 1),
        case_id=None,
        arrived_us=NOON_US,
        expires_us=NOON_US + 1_000,
    )
    return replace(record, **changes)


def attention(number: int = 1, **changes) -> AttentionRecord:
    """Make an open attention item of a case."""
    record = AttentionRecord(
        case_id=id_of(number),
        cause="overdue",
        subject="signing",
        owner="unit_head",
        until="clock:signing",
        workflow="complaint",
        stage="dispatched",
        opened_us=NOON_US,
        last_seen_us=NOON_US,
        count=1,
        look_again_us=None,
    )
    return replace(record, **changes)


def message(number: int = 1, **changes) -> OutboxRecord:
    """Make a message in the lane of the first case."""
    record = OutboxRecord(id_of(number), "letters", id_of(1), "{}", NOON_US, next_attempt_us=0)
    return replace(record, **changes)


def stage_total(workflow: str = "complaint", stage: str = "dispatched") -> TotalKey:
    """Name the number of cases in a stage."""
    return TotalKey(workflow, stage, "")


def wanted(*case_ids: bytes, **others) -> Wanted:
    """Want cases."""
    return Wanted(case_ids=case_ids, **others)


def claims(*references: Reference, case_id: bytes | None = None) -> Wanted:
    """Want references, which a case with the id would get."""
    return Wanted(claims=tuple(Claim(reference, case_id) for reference in references))


def write(store, wish: Wanted | None = None, **changes):
    """Write changes in one transaction, after what they want was loaded."""
    with store.transaction() as transaction:
        loaded = transaction.load(wish or Wanted())
        transaction.write(Changes(**changes))
    return loaded


def load(store, wish: Wanted):
    """Read in a transaction of its own."""
    with store.transaction() as transaction:
        return transaction.load(wish)
