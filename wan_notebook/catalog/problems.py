"""What is wrong with a request, and what is worth a remark, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wan_notebook.catalog.errors import WanError
from wan_notebook.catalog.texts import text


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a request would not be sent.

    Attributes:
        field: the service's name of the parameter.
        message: one sentence with field, value, limit and remedy.
        limit: the bound that was passed, in words ("2-15"), or None where there is none.
        value: what was given.
        item: number of the list's item it is about, counted from 0; None when it is about the whole field.
    """

    field: str
    message: str
    limit: str | None
    value: object
    item: int | None = None

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark on a request that can be sent all the same.

    Attributes:
        field: the parameter it is about.
        message: one sentence.
        mend: values by name that settle it, None where nothing can be changed with one click.
    """

    field: str
    message: str
    mend: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return self.message


class RequestError(WanError, ValueError):
    """Inputs that a model does not take; nothing was sent.

    Attributes:
        problems: every problem found, in the order of the model's fields.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(text("catalog.error.request", problems=" ".join(map(str, self.problems))))
