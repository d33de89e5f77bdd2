"""The page of topics lists what the code makes."""

import re

from adapters.broker.topics import topics_of
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "topics.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (`.+?`) \| .+ \| .+ \| (\d+) days \|$", re.MULTILINE)


def test_every_topic_is_listed_with_how_long_it_is_kept() -> None:
    """The table names each topic that `hongdun topics create` makes, and nothing else."""
    listed = {
        name: int(days)
        for names, days in ROW.findall(PAGE)
        for name in re.findall(r"`(.+?)`", names)
    }
    assert listed == {topic.name: topic.kept_days for topic in topics_of("")}
