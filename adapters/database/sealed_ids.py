"""How a sealed text is named in a stored document, and which ones a document names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SEALED_ID = re.compile(r"sealed:([0-9a-f]{32})")


def sealed_ids(documents: Iterable[str]) -> set[bytes]:
    """Collect the ids of the sealed texts that documents name."""
    return {bytes.fromhex(name) for text in documents for name in _SEALED_ID.findall(text)}
