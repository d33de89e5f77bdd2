"""The demo keeps its promises, and says so from the bare rows: each planted corruption shows."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.commandline.demo.promises import PROMISES, Evidence, broken, hash_of
from adapters.database.connections import open_engine
from adapters.database.witness import TABLES, Witness
from tests.commandline.conftest import CommandLine, KeptCity

pytestmark = pytest.mark.system

Corruption = Callable[[sqlite3.Connection], None]


def red(file: Path, city: KeptCity) -> set[str]:
    """Check every promise on a database; give those that are broken."""
    engine = open_engine(f"sqlite:///{file}")
    witness = Witness(engine)
    tables = {name: list(witness.rows(name)) for name in TABLES}
    engine.dispose()
    return {name for name, places in broken(Evidence(tables, city.sent)).items() if places}


def test_every_promise_holds(kept_city: KeptCity):
    """An undisturbed city breaks none of them."""
    assert red(kept_city.file, kept_city) == set()


def test_city_exercises_what_the_promises_speak_of(kept_city: KeptCity):
    """There are attention items, messages, task orders, refusals and duplicates to judge."""
    with sqlite3.connect(kept_city.file) as database:
        for table in ("attention", "delivery", "refused", "duplicate_count"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        workflows = database.execute('SELECT DISTINCT workflow FROM "case"').fetchall()
    assert workflows == [("complaint",), ("task_order",)]


A_CASE = "SELECT id FROM \"case\" WHERE workflow = 'complaint' ORDER BY id LIMIT 1"
AN_OPEN_CASE = 'SELECT id FROM "case" WHERE NOT closed ORDER BY id LIMIT 1'


def by_order(sql: str) -> Corruption:
    """Spoil a database by one statement."""

    def spoil(database: sqlite3.Connection) -> None:
        assert database.execute(sql).rowcount > 0

    return spoil


def lose_case(database: sqlite3.Connection) -> None:
    """Drop a case with everything that is kept of it, as if it had never come in."""
    (case,) = database.execute(A_CASE).fetchone()
    workflow, stage = database.execute(
        'SELECT workflow, stage FROM "case" WHERE id = ?', (case,)
    ).fetchone()
    for table, column in (("case", "id"), ("history", "case_id"), ("receipt", "case_id")):
        database.execute(f'DELETE FROM "{table}" WHERE {column} = ?', (case,))
    for table in ("attention", "reference"):
        database.execute(f"DELETE FROM {table} WHERE case_id = ?", (case,))
    database.execute(
        "UPDATE total SET count = count - 1 WHERE workflow = ? AND stage = ? AND cause = ''",
        (workflow, stage),
    )


def double_entry(database: sqlite3.Connection) -> None:
    """Write the newest entry of a case twice, chained as if it had happened twice."""
    database.row_factory = sqlite3.Row
    row = dict(database.execute("SELECT * FROM history ORDER BY case_id, revision DESC").fetchone())
    row |= {"revision": row["revision"] + 1, "previous": row["hash"]}
    row["hash"] = hash_of(row)
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    database.execute(f"INSERT INTO history ({names}) VALUES ({marks})", tuple(row.values()))
    kept = (row["revision"], row["hash"], row["case_id"])
    database.execute('UPDATE "case" SET revision = ?, head = ? WHERE id = ?', kept)


def stop_all_clocks(database: sqlite3.Connection) -> None:
    """Stop every clock of an open case in its row and, hash and all, in its history."""
    database.row_factory = sqlite3.Row
    (case,) = database.execute(AN_OPEN_CASE).fetchone()
    row = database.execute('SELECT * FROM "case" WHERE id = ?', (case,)).fetchone()
    query = "SELECT * FROM history WHERE case_id = ? ORDER BY revision DESC"
    entry = dict(database.execute(query, (case,)).fetchone())
    clocks = json.loads(row["clocks"])
    for clock in clocks.values():
        clock["status"] = "stopped"
        clock.pop("alarms", None)
    items = [[item["cause"], item["subject"]] for item in json.loads(row["attention"])]
    result = json.loads(entry["result"])
    entry["result"] = json.dumps(result | {"clocks": clocks, "attention": {"closed": items}})
    kept = (entry["result"], hash_of(entry), case, entry["revision"])
    database.execute("UPDATE history SET result=?, hash=? WHERE case_id=? AND revision=?", kept)
    new = (json.dumps(clocks), hash_of(entry), case)
    database.execute(
        "UPDATE \"case\" SET clocks=?, head=?, attention='[]', next_due_us=NULL WHERE id=?", new
    )
    database.execute("DELETE FROM attention WHERE case_id = ?", (case,))


CORRUPTIONS: dict[str, tuple[str, Corruption]] = {
    "a case is lost": ("nothing_lost", lose_case),
    "a case's row is gone": (
        "history_whole",
        by_order(f'DELETE FROM "case" WHERE id = ({A_CASE})'),
    ),
    "an entry stands twice": ("nothing_twice", double_entry),
    "an entry is dropped": (
        "history_whole",
        by_order(f"DELETE FROM history WHERE revision = 2 AND case_id = ({A_CASE})"),
    ),
    "an entry is changed": (
        "history_whole",
        by_order(f"UPDATE history SET actor = 'x' WHERE revision = 1 AND case_id = ({A_CASE})"),
    ),
    "a hash is changed": (
        "history_whole",
        by_order(f"UPDATE history SET hash = zeroblob(32) WHERE case_id = ({A_CASE})"),
    ),
    "a fact is changed": (
        "rows_follow_history",
        by_order(f"UPDATE \"case\" SET facts = '{{\"trader\":\"x\"}}' WHERE id = ({A_CASE})"),
    ),
    "a stage is changed": (
        "rows_follow_history",
        by_order(f"UPDATE \"case\" SET stage = 'merged' WHERE id = ({A_CASE})"),
    ),
    "a delivery is gone": (
        "messages_kept",
        by_order("DELETE FROM delivery WHERE id = (SELECT min(id) FROM delivery)"),
    ),
    "attention is not listed": (
        "attention_shown",
        by_order("DELETE FROM attention WHERE case_id = (SELECT min(case_id) FROM attention)"),
    ),
    "an alarm is late": (
        "alarms_set",
        by_order(f'UPDATE "case" SET next_due_us = 1 + next_due_us WHERE id = ({AN_OPEN_CASE})'),
    ),
    "a total is wrong": (
        "totals_right",
        by_order("UPDATE total SET count = count + 1 WHERE cause = '' AND stage = 'closed'"),
    ),
    "a receipt is gone": (
        "nothing_twice",
        by_order(f"DELETE FROM receipt WHERE case_id = ({A_CASE}) AND outcome = 'applied'"),
    ),
    "a refusal's receipt is gone": (
        "nothing_lost",
        by_order("DELETE FROM receipt WHERE outcome = 'refused'"),
    ),
    "a case is stuck": ("nobody_stuck", stop_all_clocks),
    "what waits is miscounted": (
        "parked_counted",
        by_order(f'UPDATE "case" SET parked = parked + 1 WHERE id = ({A_CASE})'),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("promise", "spoil"), CORRUPTIONS.values(), ids=[name.replace(" ", "-") for name in CORRUPTIONS]
)
def test_corruption_breaks_the_promise(
    kept_city: KeptCity, tmp_path: Path, promise: str, spoil: Corruption
):
    """What was spoiled is seen by the promise that speaks of it."""
    file = kept_city.copy(tmp_path)
    with sqlite3.connect(file) as database:
        spoil(database)
    database.close()
    assert promise in red(file, kept_city)


def test_every_promise_is_broken_by_some_corruption():
    """No promise is a check that never fails."""
    assert {promise for promise, _ in CORRUPTIONS.values()} == set(PROMISES)


def test_demo_ends_by_itself_and_says_what_held(hongdun: CommandLine):
    """A day's complaints, told as JSON: counts, promises, and exit code 0."""
    answer = hongdun.answer("demo", "--days", "1", "--complaints", "10")
    assert answer["held"]
    assert set(answer["promises"]) == set(PROMISES)
    assert answer["letters"] == sum(answer["outcomes"].values())


def test_same_seed_gives_the_same_city(hongdun: CommandLine):
    """Chance comes from the seed only."""
    words = ("demo", "--days", "1", "--complaints", "8", "--seed")
    answers = [hongdun.answer(*words, seed) for seed in ("3", "3", "4")]
    seen = [(answer["letters"], answer["rung"], answer["outcomes"]) for answer in answers]
    assert seen[0] == seen[1] != seen[2]


def test_kept_demo_can_be_looked_into(hongdun: CommandLine):
    """With --keep the database stays, and its address is printed."""
    result = hongdun.type("demo", "--days", "1", "--complaints", "3", "--keep")
    url = result.stdout.split("HONGDUN_DATABASE_URL=")[1].strip()
    try:
        assert hongdun.answer("cases", "list", HONGDUN_DATABASE_URL=url)
    finally:
        shutil.rmtree(Path(url.removeprefix("sqlite:///")).parent)
