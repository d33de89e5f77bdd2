"""Letting time pass: alarms ring, messages leave, what comes back goes through the door again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.identifiers import from_us
from engine.ports import Store
from engine.relay import Relay
from engine.ticker import Ticker

STEP = timedelta(hours=1)


@dataclass(slots=True)
class Passed:
    """What happened while time passed."""

    rung: int = 0
    sent: int = 0


def pass_time(store: Store, ticker: Ticker, *, relay: Relay, until: datetime) -> Passed:
    """Let simulated time pass up to an instant, an hour at a time and over the quiet at once.

    Each alarm arrives when it is due; messages leave at the end of their hour.
    """
    passed = Passed(sent=0)
    while True:
        due_us = store.next_due_us()
        if due_us is None or from_us(due_us) > until:
            passed.sent += relay.run_until_empty(until)
            again_us = store.next_due_us()
            if again_us is None or from_us(again_us) > until:
                return passed
            continue
        moment = min(until, from_us(due_us) + STEP)
        rung = ticker.tick(moment)
        passed.rung += rung
        passed.sent += relay.run_until_empty(moment)
        if not rung and store.next_due_us() == due_us:
            return passed
