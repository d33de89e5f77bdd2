"""Another body's register becomes cases, row by row, the same on every run."""

from pathlib import Path

import pytest

from tests.commandline.conftest import CommandLine
from tests.commandline.files import HEADING, register, register_row

ROOT = Path(__file__).parent.parent.parent
REAL = ROOT.parent / "shared" / "data" / "complaints" / "cfpb_consumer_complaints_2013.csv"
HERE = ("--mapping", "us-cfpb")


def counted(hongdun: CommandLine, by: str) -> dict[str, int]:
    """Count the cases by a name."""
    counts: dict[str, int] = hongdun.answer("cases", "count", "--by", by)["counts"]
    return counts


def test_rows_become_cases_that_can_be_counted(hongdun: CommandLine):
    """Channels are ours, what our book has no field for is counted by its extension."""
    rows = [
        register_row(),
        register_row(via="Postal mail", timely="No", disputed=""),
        register_row(via="Fax", company="Made-up Bank & Sons, Inc."),
    ]
    answer = hongdun.answer("import", "complaints", hongdun.file("r.csv", register(*rows)), *HERE)
    assert (answer["rows"], answer["applied"]) == (3, 6)
    assert counted(hongdun, "channel") == {"fax": 1, "letter": 1, "web": 1}
    assert counted(hongdun, "timely") == {"yes": 2, "no": 1}
    assert counted(hongdun, "disputed") == {"no": 2, "": 1}
    assert counted(hongdun, "trader") == {"Made-up_Bank": 2, "Made-up_Bank_Sons_Inc.": 1}


def test_second_import_changes_nothing(hongdun: CommandLine):
    """Each event of a row was seen before."""
    path = hongdun.file("r.csv", register(register_row(), register_row(via="Fax")))
    hongdun.answer("import", "complaints", path, *HERE)
    before = hongdun.answer("cases", "list")
    again = hongdun.answer("import", "complaints", path, *HERE)
    assert (again["duplicate"], again["applied"]) == (4, 0)
    assert hongdun.answer("cases", "list") == before


def test_exact_repeats_are_cases_of_their_own(hongdun: CommandLine):
    """A register without ids may hold the same row twice: two complaints."""
    path = hongdun.file("r.csv", register(register_row(), register_row()))
    hongdun.answer("import", "complaints", path, *HERE)
    assert counted(hongdun, "stage") == {"dispatched": 2}


def test_row_sent_on_before_it_was_received_counts_from_the_earlier_day(hongdun: CommandLine):
    """The earlier day is the receipt, and the case says that the register disagreed."""
    row = register_row(received="7/30/2013", sent="7/29/2013")
    hongdun.answer("import", "complaints", hongdun.file("r.csv", register(row)), *HERE)
    assert counted(hongdun, "received_on") == {"2013-07-29": 1}
    assert counted(hongdun, "sentearlier") == {"true": 1}


BAD = {
    "day": (register_row(received="2013-07-29"), "Date received"),
    "channel": (register_row(via="Pigeon"), "Submitted via"),
    "empty company": (register_row(company=""), "Company"),
    "missing cells": ('"7/29/2013","Loan"', "Sub-product"),
}


@pytest.mark.parametrize(("row", "column"), BAD.values(), ids=BAD.keys())
def test_bad_row_is_reported_with_its_place_and_costs_only_itself(
    hongdun: CommandLine, row: str, column: str
):
    """Line and column are named; the rows around it are imported."""
    text = register(register_row(), row, register_row(via="Fax"))
    path = hongdun.file("r.csv", text)
    answer = hongdun.answer("import", "complaints", path, *HERE, code=1)
    assert answer["applied"] == 4
    (fault,) = answer["faults"]
    assert (fault["line"], fault["column"]) == (3, column)
    assert fault["remedy"]


def test_bytes_that_are_no_text_cost_one_row(hongdun: CommandLine):
    """A cell in another encoding is shown and left out."""
    text = register(register_row(company="B\udcffank"), register_row())
    path = hongdun.file("r.csv", text.encode(errors="surrogateescape"))
    answer = hongdun.answer("import", "complaints", path, *HERE, code=1)
    assert (answer["applied"], answer["bad_rows"]) == (2, 1)


def test_file_of_another_form_is_refused_whole(hongdun: CommandLine):
    """A register without a column that the mapping reads names that column."""
    text = HEADING.replace("Submitted via", "Channel") + "\n"
    path = hongdun.file("r.csv", text)
    result = hongdun.type("import", "complaints", path, *HERE)
    assert result.exit_code == 1
    assert "no column 'Submitted via'" in result.stderr


MAPPING = """
name = "district"
title = "区级登记 | a district's register"
source = "//registers/district"
reference = "register"
zone = "Asia/Shanghai"
date_format = "%Y-%m-%d"

[[events]]
name = "received"
type = "cn.hongdun.complaint.received.v1"
role = "intake"
time = { earliest = ["day"] }

[events.data]
received_on = { days = { earliest = ["day"] }, kind = "day" }
channel = { column = "how", values = { "来电" = "phone" }, required = true }
is_food = { column = "food", values = { "是" = true, "否" = false } }
"""


def test_any_register_needs_only_a_mapping_of_its_own(hongdun: CommandLine):
    """A TOML file says which column means what."""
    mapping = hongdun.file("district.toml", MAPPING)
    path = hongdun.file("r.csv", "day,how,food\n2026-05-11,来电,是\n2026-05-12,来电,否\n")
    hongdun.answer("import", "complaints", path, "--mapping", mapping)
    assert counted(hongdun, "is_food") == {"": 1, "true": 1}


@pytest.mark.parametrize("fault", ["zone = 1", "nonsense", 'other = "x"'])
def test_faulty_mapping_is_refused_before_a_row_is_read(hongdun: CommandLine, fault: str):
    """The file and the field are named."""
    mapping = hongdun.file("m.toml", MAPPING.replace('zone = "Asia/Shanghai"', fault))
    result = hongdun.type("import", "complaints", "nowhere.csv", "--mapping", mapping)
    assert result.exit_code == 1
    assert "m.toml" in result.stderr


@pytest.mark.system
def test_real_register_gives_its_published_totals(hongdun: CommandLine):
    """3,186 complaints of the US bureau, as its totals say."""
    if not REAL.exists():
        pytest.skip("the real register is not beside the repository: ../shared/data/complaints")
    answer = hongdun.answer("import", "complaints", str(REAL), *HERE)
    assert (answer["rows"], answer["bad_rows"], answer["balanced"]) == (3186, 0, True)
    channels = {"web": 2233, "referral": 533, "phone": 200, "letter": 168, "fax": 52}
    assert counted(hongdun, "channel") == channels
    assert counted(hongdun, "timely") == {"yes": 3093, "no": 93}
    assert counted(hongdun, "disputed") == {"no": 2534, "yes": 595, "": 57}
    assert counted(hongdun, "sentearlier") == {"false": 3180, "true": 6}
    assert len(counted(hongdun, "trader")) == 491
