"""The engine under seeded faults, judged by an oracle that shares no code with it."""
