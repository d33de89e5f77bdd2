"""Everything that must hold when a run has come to rest."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from engine.records import Wait
from tests.simulation.judge import Disagreement, compare_case
from tests.simulation.oracle import archive
from tests.simulation.oracle.bureau import Bureau
from tests.simulation.worker import FAR_US
from tests.simulation.world import World


def check(world: World, bureau: Bureau) -> None:
    """Check a run that has come to rest, and name everything that is wrong."""
    checks = (cases, counts, waiting, messages, rest)
    wrong = [sentence for look in checks for sentence in look(world, bureau)]
    if wrong:
        raise Disagreement("\n".join(wrong[:20]))


def cases(world: World, bureau: Bureau) -> Iterator[str]:
    """Every case is as foreseen, explained by its history, and not stuck."""
    found = set()
    for dossier in world.place.archive.dossiers():
        case, history = asdict(dossier.case), [asdict(entry) for entry in dossier.history]
        found.add(case["id"].hex())
        compare_case(bureau, dossier.case, where="at the end")
        listed = [asdict(item) for item in dossier.attention]
        for wrong in (
            *archive.broken_chain(case, history),
            *archive.unfolded(case, history),
            *archive.unlisted_attention(case, listed),
            *archive.stuck(case),
        ):
            yield f"case {case['id'].hex()}: {wrong}"
    if found != bureau.cases.keys():
        yield f"cases {found ^ bureau.cases.keys()} are only on one side"


def counts(world: World, bureau: Bureau) -> Iterator[str]:
    """In is applied + duplicate + refused + parked + dead; totals are what a scan counts."""
    told = sum(bureau.counts.values())
    handed_in = sum(len(commit.places) for commit in world.journal)
    if told != handed_in:
        yield f"{handed_in} events came in, {dict(bureau.counts)} came of them"
    totals = world.place.archive.totals()
    counted = {key: amount for key, amount in totals.items() if "outcome:" not in key.cause}
    if counted != world.place.archive.counted():
        yield f"totals {counted} are not what is counted {world.place.archive.counted()}"
    outcomes = {key.cause: amount for key, amount in totals.items() if "outcome:" in key.cause}
    foreseen = {f"outcome:{name}": amount for name, amount in bureau.totals.items() if amount}
    if outcomes != foreseen:
        yield f"outcomes {outcomes} are not {foreseen}"


def waiting(world: World, bureau: Bureau) -> Iterator[str]:
    """Exactly those events wait that should, each where its wake-up finds it."""
    rows = world.place.waiting()
    found = [parked for parked in rows if parked.reason != "signpost"]
    if {parked.key.hex() for parked in found} != bureau.parked.keys():
        yield f"{len(found)} events wait, the oracle knows of {len(bureau.parked)}"
    for parked in rows:
        name = f"{parked.reference.kind}:{parked.reference.value}" if parked.reference else ""
        if parked.wait is Wait.REFERENCE and name in bureau.references:
            yield f"{parked.key.hex()} waits for {name}, which has a case: a lost wake-up"


def messages(world: World, bureau: Bureau) -> Iterator[str]:
    """Every command left once by its key, as foreseen, in the order of its lane."""
    sent = []
    for name, recorder in world.recorders.items():
        sent += [json.loads(record.body) | {"to": name} for record in recorder.received]
    by_case = {}
    for message in sent:
        key = tuple(map(int, message["id"].split(".")))
        by_case.setdefault(message["source"], {})[key] = message["time"]
    expected = {}
    for case_id, case in bureau.cases.items():
        source = f"hongdun://case/{case_id}"
        for order in case["messages"]:
            expected[f"{source} {order['id']}"] = _foreseen(order, source)
    yield from archive.misdelivered(sent, expected)
    yield from archive.overtaken([m | {"times": by_case[m["source"]]} for m in sent])


def _foreseen(order: dict, source: str) -> dict:
    foreseen = {"to": order["to"], "hops": order["hops"], "source": source, "data": order["data"]}
    if order["to"] != "casework":
        return foreseen | {"type": f"cn.hongdun.command.{order['type']}.v1"}
    foreseen["type"] = f"cn.hongdun.{order['type']}.v1"
    if "subject" in order:
        return foreseen | {"subject": order["subject"]}
    case_id = source.removeprefix("hongdun://case/")
    return foreseen | {"references": f"{order['reference']}:{case_id}.{order['id']}"}


def rest(world: World, bureau: Bureau) -> Iterator[str]:
    """Nothing is due, nothing is left to send, and nobody ever waited for one another."""
    now_us = world.time.now_us
    if world.place.outbox.pending(FAR_US, limit=10):
        yield "messages are left in the outbox"
    due = world.place.store.next_due_us()
    if due is not None and due <= now_us:
        yield f"something was due at {due}"
    outdated = bureau.outdated(len(world.calendar_numbers))
    if outdated:
        yield f"clocks of {outdated} are counted by an old calendar"
    if world.place.deadlocks():
        yield f"{world.place.deadlocks()} deadlocks"
