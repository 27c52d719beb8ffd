"""What is wrong with a request, as values."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    """

    field: str
    message: str
    limit: str | None
    value: object

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
