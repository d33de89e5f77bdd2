"""The proof of a rule book: what `structure` cannot see because it takes exploring.

Promise 2 above all: wherever an open case can come to, a clock other than the last net counts, or
attention is open. `exploration` says which combinations there are and why those are enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.clock_proof import clock_proof
from engine.cover import StageCover, covers_of, uncovered
from engine.exploration import TooManyCombinations, too_many
from engine.faults import Fault, UnsoundRulebook
from engine.proof import Proof, lay_open
from engine.rulebook import Workflow
from engine.stage_proof import rule_proof, stage_proof
from engine.structure import structure_faults
from engine.waits import NOTHING_TO_WAIT_FOR, Waits, waits_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the proof says of a book: its faults or, where there are none, cover and waits."""

    name: str
    version: int
    faults: tuple[Fault, ...]
    cover: tuple[StageCover, ...] = ()
    waits: Waits = NOTHING_TO_WAIT_FOR
    combinations: int = 0

    @property
    def is_sound(self) -> bool:
        """Tell whether the book may be loaded."""
        return not self.faults


def require_proof(book: Workflow[Any]) -> Verdict:
    """Give the verdict on a sound book; refuse an unsound one with every fault."""
    verdict = check(book)
    if verdict.faults:
        raise UnsoundRulebook(book.name, book.version, faults=verdict.faults)
    return verdict


def check(book: Workflow[Any]) -> Verdict:
    """Prove a book or name its faults; the same book always gets the same verdict."""
    faults = tuple(structure_faults(book))
    if faults:
        return Verdict(book.name, book.version, faults)
    try:
        return _proved(book, lay_open(book))
    except TooManyCombinations as error:
        return Verdict(book.name, book.version, (too_many(str(error)),))


def _proved(book: Workflow[Any], proof: Proof) -> Verdict:
    faults = (
        *stage_proof(proof),
        *rule_proof(proof),
        *clock_proof(proof),
        *uncovered(proof),
    )
    explored = {id(found): len(found.came) for found in (proof.together, *_explored(proof))}
    combinations = sum(explored.values())
    if faults:
        return Verdict(book.name, book.version, faults, combinations=combinations)
    cover = covers_of(proof)
    waits = waits_of(proof, cover)
    return Verdict(book.name, book.version, (), cover, waits, combinations)


def _explored(proof: Proof) -> list[Any]:
    return [view.explored for view in proof.views]
