"""Case files into changes: rows, history, attention, messages, totals, by difference."""

from __future__ import annotations

from collections.abc import Iterable

from engine.casefile import CaseFile
from engine.codec import NO_ATTENTION, attention_items
from engine.records import FLEET, AttentionRecord, CaseRecord, Changes, TotalKey


def post_files(files: Iterable[CaseFile], changes: Changes) -> None:
    """Write up every file that changed, in id order."""
    for file in sorted(files, key=lambda file: file.id):
        parked_changed = file.read is not None and file.parked != file.read.parked
        if file.history or parked_changed:
            _post(file, changes)


def _post(file: CaseFile, changes: Changes) -> None:
    record = file.record()
    if file.read is None:
        changes.cases_opened.append(record)
    else:
        changes.cases_updated.append((record, file.read.revision))
    changes.history.extend(file.history)
    changes.outbox.extend(file.outbox)
    _post_stage(record, file.read, changes)
    _post_attention(file, changes)
    for cause, subject in dict.fromkeys(file.shared):
        changes.attention.append(_fleet_row(file, cause, subject))


def _post_stage(record: CaseRecord, read: CaseRecord | None, changes: Changes) -> None:
    if read is not None and read.stage == record.stage:
        return
    _count(changes, TotalKey(record.workflow, record.stage, ""), 1)
    if read is not None:
        _count(changes, TotalKey(record.workflow, read.stage, ""), -1)


def _post_attention(file: CaseFile, changes: Changes) -> None:
    read = file.read
    if not file.case.attention and (read is None or read.attention == NO_ATTENTION):
        return
    items = () if read is None else attention_items(read.attention)
    before = {item.key: item for item in items}
    now = {item.key: item for item in file.case.attention}
    rows = file.attention_rows()
    stage_before = file.case.stage if read is None else read.stage
    for key, item in now.items():
        if before.get(key) != item or stage_before != file.case.stage:
            changes.attention.append(rows[key])
        _count(changes, TotalKey(file.case.workflow, file.case.stage, f"attention:{key[0]}"), 1)
    for cause, subject in before:
        _count(changes, TotalKey(file.case.workflow, stage_before, f"attention:{cause}"), -1)
        if (cause, subject) not in now:
            changes.attention_closed.append((file.id, cause, subject))


def _fleet_row(file: CaseFile, cause: str, subject: str) -> AttentionRecord:
    at_us = file.history[-1].arrived_us
    owner = str(file.machine.book.silence_owner)
    return AttentionRecord(FLEET, cause, subject, owner, "person", "", "", at_us, at_us, 1, None)


def _count(changes: Changes, key: TotalKey, number: int) -> None:
    changes.totals[key] = changes.totals.get(key, 0) + number
