"""SQLite and PostgreSQL keep the contract of stores, and what only a database promises."""

import pytest

from engine.ports import RowRefused
from engine.records import FLEET, Outcome, TotalKey, Wanted
from tests.store.contract import StoreContract
from tests.store.samples import (
    attention,
    case,
    dead_letter,
    entry,
    id_of,
    load,
    receipt,
    refused,
    stage_total,
    wanted,
    write,
)

QUOTA = 100


class TestDatabaseStore(StoreContract):
    """Both databases pass the whole suite."""


def refuse(store, numbers, *, source="phone"):
    """Refuse events of a source, each with its receipt."""
    receipts = [receipt(n, Outcome.REFUSED) for n in numbers]
    write(store, refused=[refused(n, source) for n in numbers], receipts=receipts)


def kept(database, table):
    """Count the rows of a table."""
    with database.engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


class TestQuota:
    def test_refusals_above_the_quota_are_counted_only(self, database):
        """The hundred and first refusal of a source leaves neither a row nor a receipt."""
        refuse(database.store, range(QUOTA - 1))
        refuse(database.store, range(QUOTA, QUOTA + 5))
        assert kept(database, "refused") == QUOTA
        keys = tuple(id_of(n) for n in range(QUOTA + 5))
        assert len(load(database.store, Wanted(receipt_keys=keys)).receipts) == QUOTA
        with database.engine.connect() as connection:
            row = connection.exec_driver_sql("SELECT * FROM refusal_count").one()
        assert tuple(row) == ("phone", "refused", QUOTA + 4)

    def test_sources_have_quotas_of_their_own(self, database):
        """One sender's refusals do not use up another's quota."""
        refuse(database.store, range(QUOTA + 5))
        refuse(database.store, range(1_000, 1_003), source="web")
        assert kept(database, "refused") == QUOTA + 3

    def test_dead_letters_above_the_quota_are_counted_only(self, database):
        """A thousand records that are no events leave a bounded trace."""
        write(database.store, dead_letters=[dead_letter(2 * n) for n in range(1_000)])
        assert kept(database, "dead_letter") == QUOTA

    def test_dead_letter_that_holds_a_case_is_kept(self, database):
        """What a person must mend before the case moves is never dropped."""
        write(database.store, dead_letters=[dead_letter(2 * n) for n in range(QUOTA + 1)])
        write(database.store, dead_letters=[dead_letter(9_999, case_id=id_of(1))])
        assert kept(database, "dead_letter") == QUOTA + 1

    def test_same_record_again_is_counted(self, database):
        """A record that comes again, in one batch or later, is one row with a count."""
        write(database.store, dead_letters=[dead_letter(), dead_letter()])
        write(database.store, dead_letters=[dead_letter()])
        with database.engine.connect() as connection:
            counts = connection.exec_driver_sql("SELECT count FROM dead_letter").scalars().all()
        assert counts == [3]


class TestFleetAttention:
    def test_shared_cause_is_one_item_with_a_count(self, database):
        """A cause shared by many cases is one item, however many raise it in a batch."""
        item = attention(0, case_id=FLEET, cause="year_without_calendar")
        write(database.store, attention=[item, item])
        write(database.store, attention=[item])
        with database.engine.connect() as connection:
            counts = connection.exec_driver_sql("SELECT count FROM attention").scalars().all()
        assert counts == [3]


class TestBadData:
    @pytest.mark.parametrize(
        "record",
        [
            case(facts="\ud800"),
            case(unit="a\x00b"),
            case(opened_us=2**63),
            case(id=b"short"),
            case(parked=-1),
        ],
        ids=["surrogate", "nul", "number", "identifier", "check"],
    )
    def test_what_no_row_holds_is_refused(self, store, record):
        """A bad value is the row's fault, whatever the database calls it, and leaves nothing."""
        with pytest.raises(RowRefused):
            write(store, cases_opened=[record], history=[entry()])
        assert load(store, wanted(id_of(1))).cases == {}

    def test_many_rows_are_written_as_one(self, store, archive):
        """A large batch is written set-wise, and fails as one."""
        cases = [case(n) for n in range(1, 300)]
        write(store, cases_opened=cases, totals={stage_total(): 299})
        bad = [(case(n, revision=2, unit="\x00" if n == 250 else "x"), 1) for n in range(1, 300)]
        with pytest.raises(RowRefused):
            write(store, wanted(*(c.id for c in cases)), cases_updated=bad)
        assert {d.case.revision for d in archive.dossiers()} == {1}
        assert archive.totals() == {TotalKey("complaint", "dispatched", ""): 299}
