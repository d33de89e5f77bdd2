"""One seed from start to verdict, and a failing one cut down to what matters."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import structlog

from tests.simulation.checks import check
from tests.simulation.generator import script_of
from tests.simulation.judge import judge
from tests.simulation.script import Action, Script
from tests.simulation.world import World

MAX_SHRINKING_RUNS = 400


@dataclass(frozen=True)
class Verdict:
    """What a run came to: empty words mean that engine and oracle agree."""

    script: Script
    wrong: str
    coverage: Counter[str]

    def __bool__(self) -> bool:
        return not self.wrong


def run(script: Script, **parts: Any) -> Verdict:
    """Run a script and judge it; `parts` replace pieces of the world."""
    world = World(script, **parts)
    coverage: Counter[str] = Counter()
    try:
        world.run()
        bureau = judge(world)
        coverage = bureau.coverage + world.coverage
        check(world, bureau)
    except Exception as error:  # noqa: BLE001 - whatever breaks is the verdict
        return Verdict(script, f"{type(error).__name__}: {error}", coverage)
    finally:
        world.close()
    return Verdict(script, "", coverage)


def explained(script: Script, **parts: Any) -> str:
    """Run a script; where it fails, give the smallest script that still does, else nothing."""
    verdict = run(script, **parts)
    if verdict:
        return ""
    small = shrunk(script, lambda smaller: not run(smaller, **parts))
    return f"{run(small, **parts).wrong}\n\nshrunk script:\n{small}"


def hunt(limit: int, **parts: Any) -> int:
    """Give the number of seeds that it takes to see something wrong, none within the limit: 0."""
    for seed in range(limit):
        if not run(script_of(seed), **parts):
            return seed + 1
    return 0


def shrunk(script: Script, fails: Callable[[Script], bool]) -> Script:
    """Leave out actions, events and faults as long as the script still fails."""
    runs = 0
    smaller = True
    while smaller and runs < MAX_SHRINKING_RUNS:
        smaller = False
        for candidate in _smaller(script):
            runs += 1
            if runs > MAX_SHRINKING_RUNS:
                break
            if fails(candidate):
                script, smaller = candidate, True
                break
    return script


def _smaller(script: Script) -> Iterator[Script]:
    """List ways to leave something out, the boldest first."""
    actions = script.actions
    size = len(actions) // 2
    while size:
        for start in range(0, len(actions), size):
            yield script.only(actions[:start] + actions[start + size :])
        size //= 2
    for place, action in enumerate(actions):
        for less in _less(action):
            yield script.only((*actions[:place], less, *actions[place + 1 :]))


def _less(action: Action) -> Iterator[Action]:
    if action.faults:
        yield replace(action, faults=())
    if len(action.events) > 1:
        for place in range(len(action.events)):
            events = action.events[:place] + action.events[place + 1 :]
            yield replace(action, events=events)


def quiet() -> None:
    """Keep the engine's log out of a run."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
