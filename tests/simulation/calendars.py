"""Made-up calendars as plain rows: the engine and the oracle each read them in their own way."""

Row = tuple[str, str]

PLAIN: tuple[Row, ...] = (
    *(("2026-01-01", "holiday"), ("2026-01-02", "holiday"), ("2026-01-04", "make_up")),
    *((f"2026-02-{day}", "holiday") for day in range(16, 24)),
    *(("2026-02-14", "make_up"), ("2026-02-28", "make_up")),
    *((f"2026-05-0{day}", "holiday") for day in range(1, 6)),
    ("2026-05-09", "make_up"),
    ("2026-06-19", "holiday"),
    *((f"2026-10-0{day}", "holiday") for day in range(1, 8)),
    *(("2026-09-20", "make_up"), ("2026-10-10", "make_up")),
)
LATER: tuple[Row, ...] = (("2027-01-01", "holiday"), ("2027-10-01", "holiday"))
CHANGED: tuple[Row, ...] = (
    *(("2026-05-06", "holiday"), ("2026-05-16", "make_up"), ("2026-06-29", "holiday")),
    *(("2026-02-13", "holiday"), ("2026-10-08", "holiday"), ("2026-12-21", "holiday")),
)

# Versions by number: the first is what a run begins with.
CALENDARS: dict[int, tuple[tuple[int, ...], tuple[Row, ...]]] = {
    0: ((2025, 2026), PLAIN),
    1: ((2025, 2026, 2027), PLAIN + LATER),
    2: ((2025, 2026, 2027), PLAIN + LATER + CHANGED),
}
