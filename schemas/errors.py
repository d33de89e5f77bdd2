"""The three families of errors that cross a wall; each leaf states its fact in its own sentence."""


class HongdunError(Exception):
    """Anything that Hongdun raises on purpose."""


class Rejected(HongdunError):
    """The sender must change something; trying again cannot help."""


class Conflict(HongdunError):
    """Somebody else was faster; load again and retry now."""


class Unavailable(HongdunError):
    """Something that we need is away; retry later."""
