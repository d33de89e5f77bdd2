"""How verdicts leave: faults one a line, cover and waits as a table, or one JSON document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.table import Table
from rich.text import Text

from adapters.commandline.printing import console, print_json, print_text
from adapters.commandline.session import Session
from engine.checker import Verdict
from engine.cover import StageCover
from engine.faults import Fault
from engine.markup import ForeignMachine
from engine.waits import StageWait, Wait
from schemas.words import say

FAULTY, UNREADABLE = 1, 2
_HEADINGS = (
    "环节 | stage",
    "在计的时限 | covered by",
    "最迟多久叫人 | a person is called within",
    "最迟多久自行终结 | it ends by itself within",
)
_SILENT = "若无人作为，最慢的环节： | If everyone falls silent, in the slowest stage: "


def print_machine(
    session: Session, machine: ForeignMachine, *, name: str, faults: tuple[Fault, ...]
) -> None:
    """Print what was found in a machine of others."""
    stages = len(dict.fromkeys(machine.stages))
    if session.json:
        counts = {"stages": stages, "transitions": machine.written}
        listed = _documents(faults, session.lang)
        print_json({"file": name, "sound": not faults, **counts, "faults": listed})
        return
    for fault in faults:
        print_text(f"{name}: {fault.say(session.lang)}")
    if not faults:
        found = f"成立：{stages} 个环节，{machine.written} 个转换 | "
        found += f"sound: {stages} stages, {machine.written} transitions"
        print_text(f"{name}: {say(found, session.lang)}")


def print_verdict(session: Session, verdict: Verdict) -> None:
    """Print the proof of a book, or its faults."""
    if session.json:
        print_json(_document(verdict, session.lang))
        return
    name = f"{verdict.name} {verdict.version}"
    for fault in verdict.faults:
        print_text(f"{name}: {fault.say(session.lang)}")
    if verdict.is_sound:
        _print_proof(session, verdict, name=name)


def _print_proof(session: Session, verdict: Verdict, *, name: str) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in _HEADINGS:
        table.add_column(say(heading, session.lang), overflow="fold")
    for cover, wait in zip(verdict.cover, verdict.waits.stages, strict=True):
        cells = (cover.stage, _covered(cover, session.lang), *_waits(wait, session.lang))
        table.add_row(*map(Text, cells))
    count = verdict.combinations
    proved = f"成立，查过 {count} 种组合 | sound: {count} combinations looked at"
    print_text(f"{name}: {say(proved, session.lang)}")
    console().print(table)
    for heading, longest in zip(
        _HEADINGS[2:], (verdict.waits.called, verdict.waits.ended), strict=True
    ):
        silent, figure = say(_SILENT, session.lang), say(heading, session.lang)
        print_text(f"{silent} {figure}: {_wait(longest, session.lang)}")


def _covered(cover: StageCover, lang: str) -> str:
    named = [*cover.always, *(f"({name})" for name in cover.sometimes)]
    if cover.attended:
        named.append(say("待处置 | open attention", lang))
    return ", ".join(named)


def _waits(wait: StageWait, lang: str) -> Iterable[str]:
    return (_wait(wait.called, lang), _wait(wait.ended, lang))


def _wait(wait: Wait | None, lang: str) -> str:
    if wait is None:
        return say("不会 | never", lang)
    if not wait.spans:
        return say("立即 | at once", lang)
    days = say(f"{wait.days} 日 | {wait.days} days", lang)
    return f"{days} ({', '.join(wait.spans)})"


def _document(verdict: Verdict, lang: str) -> dict[str, Any]:
    return {
        "workflow": verdict.name,
        "version": verdict.version,
        "sound": verdict.is_sound,
        "combinations": verdict.combinations,
        "faults": _documents(verdict.faults, lang),
        "stages": [
            _stage_document(cover, wait)
            for cover, wait in zip(verdict.cover, verdict.waits.stages, strict=True)
        ],
        "called_within": _wait_document(verdict.waits.called),
        "ends_within": _wait_document(verdict.waits.ended),
    }


def _stage_document(cover: StageCover, wait: StageWait) -> dict[str, Any]:
    return {
        "stage": cover.stage,
        "always": cover.always,
        "sometimes": cover.sometimes,
        "attended": cover.attended,
        "called_within": _wait_document(wait.called),
        "ends_within": _wait_document(wait.ended),
    }


def _wait_document(wait: Wait | None) -> dict[str, Any] | None:
    return None if wait is None else {"spans": wait.spans, "days": wait.days}


def _documents(faults: Iterable[Fault], lang: str) -> list[dict[str, str]]:
    return [
        {
            "kind": str(fault.kind),
            "stage": fault.place.stage,
            "rule": fault.place.rule,
            "clock": fault.place.clock,
            "sentence": fault.say(lang),
        }
        for fault in faults
    ]
