"""The sentences that spoilt books must get, one a line beside the name of the spoilt book."""

from pathlib import Path


def expected_sentences(topic: str) -> dict[str, str]:
    """Read the sentences of one topic."""
    path = Path(__file__).with_name(f"sentences_{topic}.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" -> ", maxsplit=1) for line in lines)
