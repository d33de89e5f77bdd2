"""The surface of a rule book: stages, rules, clocks and roles as data that reads aloud.

What a book means is compiled in `machine` and `clocks`; whether it is sound is proved in `checker`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from engine.case import Case, Facts
from engine.limits import Limit, Roll, Span, working_days
from schemas.casework import ClockExpired, ReminderDue
from schemas.commands import Command
from schemas.event import Event
from schemas.words import Word

F = TypeVar("F", bound=Facts)
F_contra = TypeVar("F_contra", bound=Facts, contravariant=True)
E = TypeVar("E", bound=Event)


def always(case: Case[Any], event: Any) -> bool:  # noqa: ANN401, ARG001 - fits every rule
    """总是 | always."""
    return True


def nothing(case: Case[Any], event: Any) -> tuple[Command, ...]:  # noqa: ANN401, ARG001 - as above
    """不作动作 | do nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Raise:
    """An attention item that a rule opens; it lives until the case leaves the stage."""

    cause: str
    owner: Word
    title: str


def attention(cause: str, *, owner: Word, title: str) -> Raise:
    """Ask for a person when the rule applies; `title` is `中文 | English`."""
    return Raise(cause, owner, title)


@dataclass(frozen=True, slots=True)
class Rule(Generic[F_contra]):
    """In a stage, on a trigger: who, when, where to, what to do.

    `trigger` is an event's type, `expires:CLOCK` or `before:CLOCK:SPAN`.
    """

    trigger: str
    event: type[Event]
    by: tuple[Word, ...]
    when: Callable[..., bool]
    to: Word | None
    do: tuple[Callable[..., Command | tuple[Command, ...]], ...]
    sets: Mapping[str, Any]
    raises: Raise | None
    progress: bool
    basis: str
    clock: str = ""
    before: Span | None = None

    @property
    def is_guarded(self) -> bool:
        """Tell whether the rule may decline."""
        return self.when is not always


def on(  # noqa: PLR0913 - a rule is read as one sentence of named parts
    event: type[E],
    *,
    by: Word | tuple[Word, ...],
    when: Callable[[Case[F], E], bool] = always,
    to: Word | None = None,
    do: Callable[[Case[F], E], Command | tuple[Command, ...]]
    | Sequence[Callable[[Case[F], E], Command | tuple[Command, ...]]] = nothing,
    sets: Mapping[str, Any] | None = None,
    raises: Raise | None = None,
    progress: bool = False,
    basis: str = "",
) -> Rule[F]:
    """Say what an event does: by whom, when the guard holds, where to, which commands.

    Omitted `to` means the case stays; `sets` remembers constants; fields of the event that the
    facts name are remembered by themselves. `progress` restarts the last net.
    """
    roles = by if isinstance(by, tuple) else (by,)
    return Rule(
        event.event_type, event, roles, when, to, _actions(do), sets or {}, raises, progress, basis
    )


def expires(  # noqa: PLR0913 - as `on`
    clock: str,
    *,
    when: Callable[[Case[F], ClockExpired], bool] = always,
    to: Word | None = None,
    do: Callable[[Case[F], ClockExpired], Command | tuple[Command, ...]]
    | Sequence[Callable[[Case[F], ClockExpired], Command | tuple[Command, ...]]] = nothing,
    sets: Mapping[str, Any] | None = None,
    raises: Raise | None = None,
    basis: str = "",
) -> Rule[F]:
    """Say what a clock's end does; without `to` it opens attention until the clock stops."""
    return Rule(
        f"expires:{clock}", ClockExpired, (), when, to, _actions(do), sets or {}, raises,
        progress=False, basis=basis, clock=clock,
    )  # fmt: skip


def before(
    clock: str,
    span: Span,
    *,
    do: Callable[[Case[F], ReminderDue], Command | tuple[Command, ...]],
    when: Callable[[Case[F], ReminderDue], bool] = always,
) -> Rule[F]:
    """Remind once a run, that long before the clock's end, in office hours."""
    return Rule(
        f"before:{clock}:{span}", ReminderDue, (), when, None, _actions(do), {}, None,
        progress=False, basis="", clock=clock, before=span,
    )  # fmt: skip


def _actions(do: Any) -> tuple[Any, ...]:  # noqa: ANN401 - typed by the callers
    actions = tuple(do) if isinstance(do, Sequence) else (do,)
    return tuple(action for action in actions if action is not nothing)


@dataclass(frozen=True, slots=True)
class During(Generic[F_contra]):
    """The rules of one stage, of a group of stages, or (`stages` is None) of any open stage."""

    stages: frozenset[Word] | None
    rules: tuple[Rule[F_contra], ...]


def during(stages: Word | AbstractSet[Word], *rules: Rule[F]) -> During[F]:
    """Group the rules of a stage or of a named group of stages."""
    group = frozenset({stages}) if isinstance(stages, Word) else frozenset(stages)
    return During(group, rules)


def in_any_open(*rules: Rule[F]) -> During[F]:
    """Group the rules that hold in every open stage."""
    return During(None, rules)


@dataclass(frozen=True, slots=True)
class At:
    """An event that starts, stops or extends a clock.

    The clock counts from when the event happened or, with `fact`, from the day or instant that
    the case remembers under that name. `restart` lets it start again.
    """

    event: type[Event]
    fact: str = ""
    restart: bool = False


def at(event: type[Event], fact: str = "", *, restart: bool = False) -> At:
    """Name the event that moves a clock, and the fact it counts from."""
    return At(event, fact, restart)


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of a ladder: so long after the clock's end, the item goes to `owner`."""

    delay: Span
    owner: Word


def after(delay: Span, owner: Word) -> Rung:
    """Send an unanswered item up after `delay`."""
    return Rung(delay, owner)


@dataclass(frozen=True, slots=True)
class Extension:
    """An event that lengthens a running clock by `by`, at most `times` times."""

    event: type[Event]
    by: Span
    times: int = 1


def extend(event: type[Event], by: Span, *, times: int = 1) -> Extension:
    """Lengthen the clock when the event applies."""
    return Extension(event, by, times)


Stages = AbstractSet[Word]
NONE: frozenset[Word] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A named deadline, and in which stages it counts, pauses and stops.

    `runs_in` is short for: starts at each entry of the group, counts there, stops on leaving.
    """

    name: str
    limit: Limit
    title: str
    starts: tuple[At, ...] = ()
    runs_in: Stages = NONE
    counts_in: Stages = NONE
    pauses_in: Stages = NONE
    stops_in: Stages = NONE
    stops: tuple[At, ...] = ()
    when: Callable[..., bool] = always
    extends: Extension | None = None
    owner: Word | None = None
    ladder: tuple[Rung, ...] = ()
    roll: Roll = Roll.STATUTORY
    basis: str = ""

    @property
    def is_conditional(self) -> bool:
        """Tell whether the clock may decline to start; such a clock is never cover."""
        return self.when is not always


@dataclass(frozen=True, kw_only=True)
class Workflow(Generic[F]):
    """One version of a rule book."""

    name: str
    version: int
    title: str
    stages: type[Word]
    final: frozenset[Word]
    facts: type[F]
    begins: Sequence[Rule[F]]
    clocks: Sequence[Clock]
    rules: Sequence[During[F]]
    silence: Span
    silence_owner: Word
    operators: tuple[Word, ...]
    patience: Span = field(default_factory=lambda: working_days(5))

    def __post_init__(self) -> None:
        """Refuse a book whose declarations do not fit together, where it is written."""
        from engine.structure import require_structure  # noqa: PLC0415 - it reads rule books

        require_structure(self)

    @property
    def open_stages(self) -> frozenset[Word]:
        """List the stages in which a case still needs something."""
        return frozenset(self.stages) - self.final
