"""Events of a book that is not loaded any more, and begin events that begin nothing."""

from tests.review.jobs import JobBureau, job, never
from tests.runtime.bureau import MONDAY, hours


def test_news_of_a_closed_case_whose_book_is_gone_costs_itself_only() -> None:
    """A version may go when its last case is closed; a late event must not stop the feed."""
    bureau = JobBureau()
    bureau.send("job.taken", role="intake")
    bureau.send("job.moved", MONDAY + hours(1))
    bureau.send("job.ended", MONDAY + hours(2))
    bureau.load(job(version=2))
    late, fresh = bureau.submit(
        bureau.event("job.ended", MONDAY + hours(3)),
        bureau.event("job.taken", MONDAY + hours(3), role="intake", references="job:2"),
    )
    assert (late.outcome, late.reason) == ("refused", "rulebook_not_loaded")
    assert "job 1" in late.sentence
    assert fresh.outcome == "applied"


def test_a_begin_event_that_is_declined_does_not_wait_for_the_case_it_did_not_begin() -> None:
    """A later stage accepts its type, but there is no case that could come there."""
    bureau = JobBureau(job(begins_when=never))
    answer = bureau.send("job.taken", role="intake")
    assert answer.outcome == "refused"
    assert answer.explanation["tried"][0]["declined_by"] == "never"
    assert not bureau.store.tables.parked
