"""A declaration as the oracle reads it, and the plain-Python meaning of the names in it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Case = dict[str, Any]
Data = dict[str, Any]
Guard = Callable[[Case, Data], bool]
Action = Callable[[Case, Data], list[Data]]

BEGIN = "begin"
PREFIX = "cn.hongdun."


@dataclass(frozen=True)
class Meaning:
    """What the names of a book's guards and actions mean, and which corrections fit a fact."""

    guards: Mapping[str, Guard]
    actions: Mapping[str, Action]
    corrects: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)

    def holds(self, name: str, case: Case, *, event: Data) -> bool:
        """Tell whether a guard holds; `all_of`, `any_of` and `not_` are read from the name."""
        word, inner = _opened(name)
        match word:
            case "not_":
                return not self.holds(inner, case, event=event)
            case "all_of":
                return all(self.holds(part, case, event=event) for part in _parts(inner))
            case "any_of":
                return any(self.holds(part, case, event=event) for part in _parts(inner))
        return bool(self.guards[name](case, event))

    def orders(self, name: str, case: Case, *, event: Data) -> list[Data]:
        """List what an action orders; ready-made actions are read from the name."""
        found = re.fullmatch(r"(tell|serve|refer)\((.*)\)", name)
        if found is None:
            return self.actions[name](case, event)
        first, *rest = _parts(found[2])
        match found[1]:
            case "tell":
                data = {"role": first, "template": rest[0]}
                return [{"to": "notices", "type": "notify", "data": data}]
            case "refer":
                data = {"partner": first, "reason": rest[0]}
                return [{"to": "partners", "type": "refer", "data": data}]
        letters = [{"addressee": who, "form": first} for who in rest]
        return [{"to": "letters", "type": "send_letter", "data": letter} for letter in letters]


def _opened(name: str) -> tuple[str, str]:
    found = re.fullmatch(r"(not_|all_of|any_of)\((.*)\)", name)
    return (found[1], found[2]) if found else ("", "")


def _parts(inner: str) -> Iterator[str]:
    depth, start = 0, 0
    for place, letter in enumerate(inner):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            yield inner[start:place].strip()
            start = place + 1
    yield inner[start:].strip()


class Book:
    """One rule book: rules by stage and trigger, clocks, and who is asked."""

    def __init__(self, declared: Data, meaning: Meaning) -> None:
        self.declared = declared
        self.meaning = meaning
        self.name: str = declared["name"]
        self.version: int = declared["version"]
        self.stages: list[str] = [stage["name"] for stage in declared["stages"]]
        self.final = {stage["name"] for stage in declared["stages"] if stage["final"]}
        self.facts = {fact["name"]: fact["default"] for fact in declared["facts"]}
        self.operators: list[str] = declared["operators"]
        self.silence_owner: str = declared["silence"]["owner"]
        self.patience: str = declared["patience"]
        self.clocks: list[Data] = [*declared["clocks"], self._silence()]
        self._rules: dict[tuple[str, str], list[Data]] = {}
        for rule in self.placed():
            self._rules.setdefault((rule["source"], rule["trigger"]), []).append(rule)
        self._later = {stage: self._reachable(stage) for stage in [BEGIN, *self.stages]}

    def _silence(self) -> Data:
        return {
            "name": "silence",
            "limit": {"span": self.declared["silence"]["limit"]},
            "counts_in": [stage for stage in self.stages if stage not in self.final],
            "owner": self.silence_owner,
            "roll": "none",
            "basis": "",
        } | {name: [] for name in ("starts", "stops", "runs_in", "pauses_in", "stops_in", "ladder")}

    def placed(self) -> Iterator[Data]:
        """List every rule with its stage, its target and its address in the book."""
        counts: dict[tuple[str, str], int] = {}
        groups = [{"stages": [BEGIN], "rules": self.declared["begins"]}, *self.declared["rules"]]
        for group in groups:
            stages = group["stages"] or [s for s in self.stages if s not in self.final]
            for rule in group["rules"]:
                for stage in sorted(stages):
                    place = (stage, rule["trigger"])
                    counts[place] = counts.get(place, 0) + 1
                    name = stage if group["stages"] else "any"
                    trigger = rule["trigger"].removeprefix(PREFIX)
                    yield rule | {
                        "source": stage,
                        "target": rule["to"] or stage,
                        "any_open": not group["stages"],
                        "address": f"{name}/{trigger}/{counts[place]}",
                    }

    def rules(self, stage: str, trigger: str) -> list[Data]:
        """List the rules of a stage for a trigger, in the order that the book tries them."""
        return self._rules.get((stage, trigger), [])

    def begins(self, event_type: str) -> bool:
        """Tell whether an event of this type begins a case."""
        return bool(self.rules(BEGIN, event_type))

    def remembers(self, event_type: str) -> list[str]:
        """List the fields of an event that the case remembers."""
        return list(self.declared["events"].get(event_type, {}).get("remembers", ()))

    def clock(self, name: str) -> Data:
        """Find a clock."""
        return next(clock for clock in self.clocks if clock["name"] == name)

    def reminders(self, clock: str) -> list[str]:
        """List how long before a clock's end it reminds, in the order of the book."""
        rules = (rule for group in self.declared["rules"] for rule in group["rules"])
        spans = [rule["before"] for rule in rules if rule["clock"] == clock]
        return [span for span in spans if span]

    def may_come_later(self, stage: str, trigger: str) -> bool:
        """Tell whether a stage to which the case may still come answers the trigger."""
        return any(self.rules(later, trigger) for later in self._later[stage])

    def is_in_loop(self, stage: str) -> bool:
        """Tell whether the case may leave the stage and come back."""
        return stage in self._later[stage]

    def moves(self, stage: str, trigger: str) -> bool:
        """Tell whether a rule of this very stage moves the case on."""
        return any(
            rule["target"] != stage and not rule["any_open"] for rule in self.rules(stage, trigger)
        )

    def is_overtaken(self, case: Case, seen: Any) -> bool:
        """Tell whether a clock's end took the case from where the event, which came first, fits."""
        ended = {n for n, s in case["clocks"].items() if s.get("ended") == case["stage_opened"]}
        sources = {
            rule["source"]
            for (_, trigger), rules in self._rules.items()
            for rule in rules
            if trigger.startswith("expires:")
            and rule["clock"] in ended
            and rule["target"] == case["stage"] != rule["source"]
        }
        fits = any(seen.role in r["by"] for s in sources for r in self.rules(s, seen.type))
        return fits and seen.happened < case["stage_opened"]

    def _reachable(self, stage: str) -> set[str]:
        found: set[str] = set()
        waiting = [stage]
        while waiting:
            here = waiting.pop()
            for (source, _), rules in self._rules.items():
                for rule in rules:
                    target = rule["target"]
                    if source == here and target != here and target not in found:
                        found.add(target)
                        waiting.append(target)
        return found

    def holds(self, rule: Data, case: Case, *, event: Data) -> bool:
        """Tell whether the rule's guard holds."""
        return rule["when"] is None or self.meaning.holds(rule["when"], case, event=event)

    def commands(self, rule: Data, case: Case, *, event: Data) -> list[Data]:
        """List what the rule's actions order."""
        orders = self.meaning.orders
        return [order for name in rule["do"] for order in orders(name, case, event=event)]
