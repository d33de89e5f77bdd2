"""What stands beside the store in a database: sealed texts, calendars, deliveries, the clock."""

from datetime import date, timedelta

import pytest

from engine.calendar import CalendarRefused, DayKind, NamedDay
from engine.records import SealedRecord, SealingKeyRecord
from tests.store.samples import entry, id_of, message, write

KEY = SealingKeyRecord(id_of(1), b"wrapped")
TEXT = SealedRecord(id_of(10), key_id=id_of(1), case_id=id_of(7), ciphertext=b"\x00\xff")
HOLIDAY = NamedDay(date(2026, 10, 1), DayKind.HOLIDAY, "国庆节")


@pytest.fixture
def vault(database):
    """Keep one sealed text of a case."""
    write(database.store, sealed=[TEXT], sealing_keys=[KEY])
    return database.vault


class TestVault:
    def test_sealed_text_comes_with_its_key(self, vault):
        """A sealed text can be read while its key is kept."""
        assert list(vault.sealed([id_of(10), id_of(11)])) == [(TEXT, KEY)]

    def test_forgotten_key_hides_its_texts_for_good(self, database, vault):
        """A text whose key was forgotten stays unreadable, even when it is delivered again."""
        assert vault.forget([id_of(1), id_of(2)]) == 1
        assert vault.forget([id_of(1)]) == 0
        write(database.store, sealed=[TEXT], sealing_keys=[KEY])
        assert list(vault.sealed([id_of(10)])) == []

    def test_keys_of_a_case_are_found(self, database, vault):
        """Erasing begins with the keys of what a case's events sealed, as its entries name it."""
        body = f'{{"name":"sealed:{id_of(10).hex()}"}}'
        write(database.store, history=[entry(7, event=body)])
        assert list(vault.keys_of_case(id_of(7))) == [id_of(1)]
        assert list(vault.keys_of_case(id_of(8))) == []


class TestCalendars:
    def test_no_calendar_is_a_sentence_with_the_remedy(self, database):
        """A database without calendars says how to get one."""
        with pytest.raises(CalendarRefused, match="hongdun calendar import"):
            database.calendars.newest()

    def test_versions_count_from_one_and_stay(self, database):
        """Each import is a version of its own, read back as it was."""
        first = database.calendars.add([2026], [HOLIDAY], note="first")
        second = database.calendars.add([2026, 2027], [HOLIDAY], note="second")
        assert database.calendars.newest() == second
        assert database.calendars.version(1) == first
        listed = [(v.number, v.last_year, v.note) for v in database.calendars.versions()]
        assert listed == [(1, 2026, "first"), (2, 2027, "second")]

    def test_unknown_version_is_refused(self, database):
        """A version that was never stored is refused with those that were."""
        database.calendars.add([2026], [HOLIDAY], note="first")
        with pytest.raises(CalendarRefused, match="there is no calendar 7"):
            database.calendars.version(7)


class TestDeliveries:
    def test_message_is_recorded_once(self, database):
        """A message delivered twice is one record, and both times it counts as taken."""
        assert database.deliveries.deliver([message(1), message(2)]) == [id_of(1), id_of(2)]
        assert database.deliveries.deliver([message(2)]) == [id_of(2)]
        with database.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT id FROM delivery ORDER BY id").scalars()
            assert [bytes(found_id) for found_id in found] == [id_of(1), id_of(2)]


class TestTime:
    def test_clock_is_aware_and_never_goes_back(self, database):
        """The clock gives the present instant, aware; the next one is no earlier."""
        first, second = database.time.now(), database.time.now()
        assert first <= second
        assert first.utcoffset() == timedelta(0)
