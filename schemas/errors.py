"""The three families of errors that cross a wall; each leaf states its fact in its own sentence."""


class HongdunError(Exception):
    """Anything that Hongdun raises on purpose."""


class Rejected(HongdunError):  # noqa: N818 - the family's name is what the sender is told
    """The sender must change something; trying again cannot help."""


class Conflict(HongdunError):  # noqa: N818 - the family's name is what the caller does
    """Somebody else was faster; load again and retry now."""


class Unavailable(HongdunError):  # noqa: N818 - the family's name is what the caller does
    """Something that we need is away; retry later."""
