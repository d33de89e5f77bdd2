"""`hongdun rules`: check rule books and machines of others, print and draw them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from adapters.commandline.verdicts import print_machine, print_verdict
from adapters.markup import FileUnreadable, is_table, read_document, read_edges
from engine.checker import check as check_book
from engine.declaration import declaration_hash
from engine.diagram import state_diagram
from engine.library import Library
from engine.markup import ForeignMachine, machine_of_edges, machine_of_markup
from engine.markup_checker import machine_faults
from engine.rulebook import Workflow
from engine.rulesheet import rule_sheet
from schemas.errors import Rejected
from schemas.words import LANGUAGES, say

SUFFIXES = frozenset({".json", ".yaml", ".yml", ".csv", ".tsv"})
FAULTY, UNREADABLE = 1, 2

app = typer.Typer(name="rules", no_args_is_help=True)
