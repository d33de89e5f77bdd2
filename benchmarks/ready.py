"""A process that starts as in service: `python -m benchmarks.ready`; it says so once it could work.

The environment names the database, as for every command.
"""

from __future__ import annotations

from adapters.bootstrap.application import Application
from adapters.settings import read_settings


def main() -> None:
    """Open the application, look once for what is due, and say that we are ready."""
    application = Application.open(read_settings())
    application.scene()
    application.database.store.next_due_us()
    print("ready", flush=True)
    application.close()


if __name__ == "__main__":
    main()
