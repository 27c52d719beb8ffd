"""A list that reads as sentences when a cell ends with it."""

from typing import TypeVar

from wan_notebook.catalog import text

T = TypeVar("T")


class Sentences(list[T]):
    """A list; shown, each member stands in a line of its own."""

    def __repr__(self) -> str:
        return "\n".join(map(str, self)) or text("experiments.sentences.none")
