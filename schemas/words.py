"""Closed sets of words, each with its phrase in both languages of the product."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

LANGUAGES = ("zh", "en")


def say(phrase: str, lang: str) -> str:
    """Take one language's half of a phrase written `中文 | English`."""
    chinese, _, english = phrase.partition("|")
    return (english if lang == "en" and english else chinese).strip()


class Word(StrEnum):
    """A member is declared as `NAME = "value", "中文 | English"`."""

    phrase: str

    def __new__(cls, value: str, phrase: str = "") -> Self:
        """Keep the phrase beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.phrase = phrase or value
        return member


class Role(Word):
    """Who may do something in a case."""

    SYSTEM = "system", "系统 | the system"
    CONSUMER = "consumer", "消费者 | the consumer"
    TRADER = "trader", "经营者 | the trader"
    AGENT = "agent", "话务员 | the call agent"
    INTAKE = "intake", "受理登记岗 | the intake desk"
    UNIT = "unit", "承办单位 | the handling unit"
    UNIT_HEAD = "unit_head", "承办单位负责人 | the head of the unit"
    CENTRE = "centre", "12315 指挥中心 | the 12315 centre"
    LEADER = "leader", "分管领导 | the leader in charge"
    SUPERIOR = "superior", "共同上级 | the common superior"
    PARTNER = "partner", "协作部门 | a partner department"
    PERSON = "person", "承办人 | the person assigned"
    LAB = "lab", "鉴定检测机构 | the laboratory"
    REVISER = "reviser", "回访员 | the reviser"
