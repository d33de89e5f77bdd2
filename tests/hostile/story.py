"""What the bad records are mixed into: two complaints that reach acceptance, one withdrawn."""

from tests.hostile.office import Sender

RECEIVED_ON = {"received_on": "2026-05-11", "channel": "phone", "identity_verified": True}


def good_story() -> list[bytes]:
    """Write the good events in order."""
    sender = Sender()
    lines = []
    for call in ("call:1", "call:2", "call:3"):
        received = sender.line("complaint.received", RECEIVED_ON, references=call, role="intake")
        dispatched = sender.line(
            "complaint.dispatched", {"unit": "north"}, references=call, role="intake"
        )
        lines += [received, dispatched]
    for name in ("signed", "first_contact_reported", "accepted"):
        lines += [sender.line(f"complaint.{name}", references=c) for c in ("call:1", "call:2")]
    return [*lines, sender.line("complaint.withdrawn", references="call:3", role="consumer")]
