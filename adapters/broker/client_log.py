"""What the client library complains of, as lines of our own log."""

from __future__ import annotations

import logging
from typing import Final

import structlog

SENTENCE_MAX: Final = 200

_log = structlog.get_logger()


class ClientLog(logging.Handler):
    """Writes the library's warnings and errors as our events."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; the library's own words hold addresses and topics, never data."""
        _log.warning("client.warned", sentence=record.getMessage()[:SENTENCE_MAX])


def keep_client_log() -> None:
    """Take the library's warnings into our log, once."""
    logger = logging.getLogger("kafka")
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    if not any(isinstance(handler, ClientLog) for handler in logger.handlers):
        logger.addHandler(ClientLog())
