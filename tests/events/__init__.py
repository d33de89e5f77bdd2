"""The wall: what comes in raw, what is let pass, what is refused and why."""
