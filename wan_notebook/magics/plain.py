"""Text that a cell shows as it is."""


class Plain(str):
    """Text whose display has no quotation marks, and lines that are lines."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)
