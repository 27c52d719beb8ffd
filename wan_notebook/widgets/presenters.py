"""Binds the plain widgets to a studio: what a form shows of the catalogue, and what a click does."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from wan_notebook.catalog import Field, IntegerField, Request, WanError, find_model, text
from wan_notebook.tasks import Studio, Task, repeated
from wan_notebook.widgets.again import CHANGE, changes
from wan_notebook.widgets.board import Board
from wan_notebook.widgets.form import FormWidget, Values


def control(field: Field) -> dict[str, Any]:
    """Return the description of a field's control: the catalogue's own data."""
    return {
        "name": field.name,
        "kind": field.kind,
        "label": field.label,
        "help": field.help,
        "default": field.default,
        "required": field.required,
        "advanced": field.advanced,
        **field.limits(),
        "unit": text(f"widgets.unit.{field.unit}") if isinstance(field, IntegerField) and field.unit else "",
    }


class Form:
    """A form for one model, bound to a studio.

    Args:
        model: id of the model.
        studio: where its requests go.
        unfolded: whether the fields are shown at first.
        **values: what the fields hold at first.
    """

    def __init__(self, model: str, studio: Studio, *, unfolded: bool = True, **values: Any) -> None:
        self._model = find_model(model)
        self._studio = studio
        first = {**{field.name: field.default for field in self._model.fields}, **values}
        self.widget = FormWidget(
            heading=self._heading(),
            controls=[control(field) for field in self._model.fields],
            words=words(),
            values=first,
            unfolded=unfolded,
            on_check=self._check,
            on_click={"generate": self._generate, "again": self._again},
        )
        self._board = Board(self.widget, studio)

    @property
    def request(self) -> Request:
        """The request the form would send now, to look at or to send from code."""
        return Request(self._model.id, **self.widget.values)

    def add(self, task: Task) -> None:
        """Show a task on the form from now on."""
        self._board.add(task)

    def _heading(self) -> dict[str, Any]:
        connection = self._studio.connection
        return {
            "model": self._model.id,
            "mode": text(f"widgets.mode.{self._model.mode}"),
            "place": connection.region,
            "simulated": connection.simulated,
        }

    def _check(self, values: Values) -> dict[str, Any]:
        """Return what the form shows of these values: problems, price, request."""
        request = Request(self._model.id, **values)
        estimate = request.estimate(self._studio.connection.region)
        simulated = self._studio.connection.simulated
        note = "simulated" if simulated else "unknown" if estimate.high is None else "estimate"
        return {
            "problems": {problem.field: problem.message for problem in reversed(request.problems())},
            "generate": text("widgets.form.generate", price=estimate),
            "dated": "" if estimate.high is None else text("widgets.form.dated", date=estimate.date),
            "note": text(f"widgets.price.{note}", source=estimate.source, date=estimate.date),
            "preview": json.dumps(request.draft(), ensure_ascii=False, indent=2, default=repr),
        }

    def _generate(self, click_id: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Make one task of a click on Generate."""
        return self._submitted(lambda: Request(self._model.id, **message["values"]), click_id)

    def _again(self, click_id: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send a finished task once more, or fill the form with it."""
        request = self._board.task(message["row"]).request
        if message["choice"] == CHANGE:
            self.widget.values = {field.name: request.value(field.name) for field in self._model.fields}
            self.widget.unfolded = True
            return {}
        return self._submitted(lambda: repeated(request, **changes(request, message["choice"])), click_id)

    def _submitted(self, request: Callable[[], Request], click_id: str) -> dict[str, Any]:
        """Submit what a click asks for; the outermost boundary of the callback: errors reach the user."""
        try:
            task = self._studio.submit(request(), click_id=click_id)
            self._board.add(task)
        except WanError as error:
            return {"error": str(error)}
        except Exception as error:  # noqa: BLE001 - a callback's traceback would vanish in a log
            return {"error": text("widgets.form.internal", reason=f"{type(error).__name__}: {error}")}
        return {"drawn": {"seed": task.record.seed}}

    def _ipython_display_(self) -> None:
        self.widget._ipython_display_()


def show_task(task: Task, studio: Studio) -> None:
    """Show one task in the current cell: its progress, then its card; the form stays folded away."""
    form = Form(task.record.model, studio, unfolded=False, **task.request.values)
    form.add(task)
    form._ipython_display_()


WORDS = {
    "progress": ("copy", "copied", "copy_title", "seconds", "slot_lost"),
    "form": ("waiting", "advanced", "preview", "simulated", "simulated_title", "random", "last", "fresh"),
    "again": ("again",),
}


def words() -> dict[str, str]:
    """Return the sentences the script shows."""
    return {name: text(f"widgets.{section}.{name}") for section, names in WORDS.items() for name in names}
