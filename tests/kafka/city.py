"""Some thousand events of a city, some sent twice, some out of order, in the order of the wire."""

from datetime import date
from random import Random
from zoneinfo import ZoneInfo

from adapters.calendars import seed_calendar
from adapters.commandline.demo.city import Citizens
from adapters.commandline.demo.figures import City
from adapters.commandline.demo.office import Office

ZONE = ZoneInfo("Asia/Shanghai")
DISTURBED = 0.05


def city_events(*, complaints_a_day: int, days: int = 3, seed: int = 7) -> list[bytes]:
    """Write a city's events; one in twenty comes twice, one in twenty some places too late."""
    office = Office(seed_calendar().is_working_day, ZONE)
    city = City(first_day=date(2026, 4, 21), days=days, complaints_a_day=complaints_a_day)
    bodies = [letter.body for letter in sorted(Citizens(city, office).filings())]
    chance = Random(seed)
    wire: list[bytes] = []
    late: list[tuple[int, bytes]] = []
    for place, body in enumerate(bodies):
        drawn = chance.random()
        if drawn < DISTURBED:
            late.append((place + chance.randint(20, 400), body))
        else:
            wire.append(body)
        if drawn > 1 - DISTURBED:
            late.append((place + chance.randint(1, 400), body))
        wire += [body for due, body in late if due <= place]
        late = [(due, body) for due, body in late if due > place]
    return wire + [body for _, body in late]
