"""The outside world: every technology, behind a port of the engine and wired in bootstrap."""
