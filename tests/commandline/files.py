"""Files that a bureau would take in: events one a line, and a register of complaints."""

import json
from typing import Any

HEADING = (
    "Date received,Product,Sub-product,Issue,Sub-issue,Company,State,ZIP code,"
    "Consumer consent provided?,Submitted via,Date sent to company,"
    "Company response to consumer,Timely response?,Consumer disputed?"
)


def event_line(kind: str, number: int, **more: Any) -> str:
    """Write one event; `number` gives it its id, its reference is `query:1` unless told."""
    document = {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "//test/office",
        "type": f"cn.hongdun.{kind}.v1",
        "time": "2026-05-11T10:00:00+08:00",
        "references": "query:1",
        "role": "intake",
        "actor": "somebody",
        "data": {},
    }
    return json.dumps(document | more)


def one_complaint(number: int = 1) -> list[str]:
    """Write a complaint that was received and, an hour later, dispatched."""
    name = {"references": f"query:{number}"}
    received = {"received_on": "2026-05-11", "channel": "phone", "trader": f"shop-{number}"}
    return [
        event_line("complaint.received", number * 10, data=received, **name),
        event_line(
            "complaint.dispatched", number * 10 + 1, data={"unit": "office-01"},
            time="2026-05-11T11:00:00+08:00", **name,
        ),
    ]  # fmt: skip


def register_row(**cells: str) -> str:
    """Write a row of a register in the form of the US bureau's, all made up."""
    row = {
        "received": "7/29/2013", "company": "Made-up Bank", "via": "Web", "sent": "7/30/2013",
        "timely": "Yes", "disputed": "No",
    } | cells  # fmt: skip
    parts = [row["received"], "Loan", "", "Other", "", row["company"], "XX", "000XX", "N/A"]
    parts += [row["via"], row["sent"], "Closed", row["timely"], row["disputed"]]
    return ",".join(f'"{part}"' for part in parts)


def register(*rows: str) -> str:
    """Write a whole register."""
    return "\n".join([HEADING, *rows]) + "\n"
