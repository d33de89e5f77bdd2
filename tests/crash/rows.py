"""Everything that a database holds, in a form that can be compared: the end state of a run."""

from collections import Counter
from typing import Any

from sqlalchemy import text

from adapters.database.connections import open_engine, reading

WHOLE = (
    *("case", "history", "receipt", "reference", "parked", "refused", "dead_letter"),
    *("refusal_count", "attention", "outbox", "delivery", "consumer_offset"),
)
# Ciphertext differs on every run; the ids of what was sealed do not.
NAMES_ONLY = {"sealed": ("id", "key_id", "case_id", "expires_us"), "sealing_key": ("id",)}

State = dict[str, list[tuple[Any, ...]]]


def state_of(url: str) -> State:
    """Read every row; counters are summed over the slots of their writers."""
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            found = {table: _rows(connection, table, "*") for table in WHOLE}
            for table, columns in NAMES_ONLY.items():
                found[table] = _rows(connection, table, ", ".join(columns))
            totals: Counter[tuple[str, str, str]] = Counter()
            query = 'SELECT workflow, stage, cause, "count" FROM total'
            for *key, count in connection.execute(text(query)):
                totals[tuple(key)] += count
            found["total"] = sorted((*key, count) for key, count in totals.items() if count)
    finally:
        engine.dispose()
    return found


def offset_of(url: str) -> int:
    """Give how many lines of the one feed are taken."""
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            found = connection.execute(text("SELECT position FROM consumer_offset")).scalar()
    finally:
        engine.dispose()
    return int(found or 0)


def _rows(connection: Any, table: str, columns: str) -> list[tuple[Any, ...]]:
    found = connection.execute(text(f'SELECT {columns} FROM "{table}"'))
    rows = [tuple(_plain(value) for value in row) for row in found]
    return sorted(rows, key=repr)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
