"""The outside world: every technology stands here behind a port of the engine, wired in bootstrap."""
