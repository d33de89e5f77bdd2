"""Ready-made actions of a rule book: tell, serve, refer; each is a sentence by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.case import Case
from schemas.commands import Command, Notify, Refer, SendLetter
from schemas.event import Event
from schemas.words import Word

Orders = Callable[[Case[Any], Event], tuple[Command, ...]]


def tell(role: Word, template: str, phrase: str) -> Orders:
    """Tell a role of the case something; `phrase` is `中文 | English`, read after `tell ROLE`."""

    def orders(case: Case[Any], event: Event) -> tuple[Command, ...]:  # noqa: ARG001
        return (Notify(role=str(role), template=template),)

    chinese, _, english = (part.strip() for part in phrase.partition("|"))
    who_chinese, _, who_english = (part.strip() for part in role.phrase.partition("|"))
    orders.__name__ = f"tell({role}, {template})"
    orders.__doc__ = f"告知{who_chinese}：{chinese} | tell {who_english}: {english}"
    return orders


def serve(form: Word, *addressees: Word) -> Orders:
    """Serve an official form on one or more parties."""

    def orders(case: Case[Any], event: Event) -> tuple[Command, ...]:  # noqa: ARG001
        return tuple(SendLetter(addressee=str(who), form=str(form)) for who in addressees)

    chinese, _, english = (part.strip() for part in form.phrase.partition("|"))
    halves = [who.phrase.partition("|") for who in addressees]
    to_chinese = "、".join(half[0].strip() for half in halves)
    to_english = " and ".join(half[2].strip() for half in halves)
    orders.__name__ = f"serve({form}, {', '.join(map(str, addressees))})"
    orders.__doc__ = f"向{to_chinese}送达《{chinese}》 | serve the {english} on {to_english}"
    return orders


def refer(partner: str, reason: str, phrase: str) -> Orders:
    """Pass the matter on to a partner; `phrase` names the partner as `中文 | English`."""

    def orders(case: Case[Any], event: Event) -> tuple[Command, ...]:  # noqa: ARG001
        return (Refer(partner=partner, reason=reason),)

    chinese, _, english = (part.strip() for part in phrase.partition("|"))
    orders.__name__ = f"refer({partner}, {reason})"
    orders.__doc__ = f"移送{chinese} | refer to {english}"
    return orders
