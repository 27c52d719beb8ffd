"""Binds the plain widgets to a studio: what a form shows of the catalogue, and what a click does."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wan_notebook.catalog import Model, Request, examples, find_model, text
from wan_notebook.tasks import Studio, Task, repeated
from wan_notebook.widgets.answering import Answer, Ask, Message, Values, current, guarded, safe, silent
from wan_notebook.widgets.form.again import CHANGE, changes
from wan_notebook.widgets.form.board import Board
from wan_notebook.widgets.form.checking import check
from wan_notebook.widgets.form.describing import choosable, control, heading, words
from wan_notebook.widgets.form.form import FormWidget
from wan_notebook.widgets.form.spending import spending
from wan_notebook.widgets.form.switching import Memory, filled
from wan_notebook.widgets.media.local_files import LocalFiles


class Form:
    """A form for a model, bound to a studio.

    Args:
        model: id of the model it shows first.
        studio: where its requests go.
        unfolded: whether the fields are shown at first.
        **values: what the fields hold at first.

    Raises:
        UnknownModelError: the catalogue has no such model.
        SettingError: the model has no parameter of one of the names.
    """

    def __init__(self, model: str, studio: Studio, *, unfolded: bool = True, **values: Any) -> None:
        self._model = find_model(model)
        self._studio = studio
        self._memory = Memory()
        self._before: tuple[Model, Values] | None = None
        self.widget = FormWidget(
            heading=heading(self._model, studio.connection),
            models=choosable(studio.connection),
            controls=[control(field) for field in self._model.fields],
            words=words(),
            values=filled(self._model, values),
            unfolded=unfolded,
            budget=spending(studio.left() if unfolded else ()),
            on_check=self._check,
            on_click={"generate": self._generate, "again": self._again},
            on_ask=self._asks(),
        )
        self._board = Board(self.widget, studio)
        studio.on_spending(self._spent)

    @property
    def request(self) -> Request:
        """The request the form would send now, to look at or to send from code."""
        return Request(self._model.id, **self.widget.values)

    def choose(self, model: str) -> None:
        """Show the fields of another model; values that both have stay, the others wait for their model.

        Raises:
            UnknownModelError: the catalogue has no such model.
        """
        self._switch(find_model(model), self.widget.values)

    def add(self, task: Task) -> None:
        """Show a task on the form from now on."""
        self._board.add(task)

    def _asks(self) -> dict[str, Ask]:
        """Return what answers the page's questions; no error leaves it but as a sentence."""
        own: dict[str, Callable[[Message], None]] = {
            "model": self._chosen,
            "example": self._example,
            "migrate": self._migrated,
            "undo": self._undone,
            "mend": self._mended,
            "typed": self._typed,
            "settle": self._settle,
        }
        asks = {name: silent(act) for name, act in own.items()} | {"cancel": self._cancel}
        return {name: safe(ask) for name, ask in {**asks, **LocalFiles(self._studio.home).asks()}.items()}

    def _spent(self) -> None:
        """Show what budgets have left; the outermost boundary of a callback, where errors reach the user."""
        if not self.widget.unfolded:
            return

        def show() -> dict[str, Any]:
            self.widget.budget = spending(self._studio.left())
            return {}

        self.widget.error = guarded(show).get("error", self.widget.error)

    def _cancel(self, message: Message, _buffers: Sequence[Any]) -> Answer:
        """Cancel a task, and say what became of it."""
        return {"said": self._board.task(message["row"]).cancel()}, []

    def _settle(self, message: Message) -> None:
        """Take the user's word for which task a lost answer has made."""
        self._board.task(message["row"]).settle(message["task_id"])

    def _check(self, values: Values) -> dict[str, Any]:
        return check(Request(self._model.id, **values), self._studio.connection)

    def _show(self, model: Model, values: Mapping[str, Any]) -> None:
        """Show a model's fields with these values."""
        self._model = model
        controls = [control(field) for field in model.fields]
        self.widget.redraw(heading(model, self._studio.connection), controls, filled(model, values))

    def _switch(self, target: Model, values: Values) -> None:
        """Show another model's fields, with what can be kept of the values of this one."""
        kept = self._memory.switch(self._model, target, values)
        self.widget.said = {}
        self._show(target, kept)

    def _replace(self, before: Values, model: Model, values: Values, said: Values) -> None:
        """Fill the form anew, say what has changed, and keep what was there for a change of mind."""
        self._before = (self._model, before)
        self._memory.switch(self._model, model, before)
        with self.widget.hold_sync():
            self._show(model, values)
            self.widget.said = {**said, "undo": True}

    def _typed(self, message: Message) -> None:
        """Take over what was typed."""
        self.widget.values = self._current(message)

    def _chosen(self, message: Message) -> None:
        """Change to the model chosen on the page."""
        self._switch(find_model(message["choice"]), self._current(message))

    def _example(self, message: Message) -> None:
        """Fill the form with an example."""
        for example in examples(self._model.id):
            if example.id == message["choice"]:
                said = {"title": text("widgets.heading.filled", title=example.title), "lines": []}
                self._replace(self._current(message), self._model, dict(example.values), said)

    def _migrated(self, message: Message) -> None:
        """Move what was entered to the successor of the model."""
        before = self._current(message)
        # What nobody chose need not be kept: a default is not turned into words in the prompt.
        usual = self._model.defaults
        chosen = {name: value for name, value in before.items() if value != usual.get(name)}
        request, changes = Request(self._model.id, **chosen).to_wan27()
        title = text("widgets.heading.moved", model=request.model.id)
        self._replace(before, request.model, request.values, {"title": title, "lines": list(changes)})

    def _undone(self, _message: Message) -> None:
        """Put back what an example or a move has replaced."""
        if self._before is not None:
            self.widget.said = {}
            self._show(*self._before)

    def _mended(self, message: Message) -> None:
        """Apply what settles a remark; one that is no longer made is let be."""
        values = self._current(message)
        made = Request(self._model.id, **values).notices()
        mend = next((one.mend for one in made if one.message == message["message"]), None)
        self.widget.values = filled(self._model, {**values, **(mend or {})})

    def _current(self, message: Message) -> Values:
        """Return the values a message brings; our own where its page still shows another model."""
        return current(message) if message["model"] == self._model.id else dict(self.widget.values)

    def _generate(self, click_id: str, message: Message) -> dict[str, Any]:
        """Make one task of a click on Generate."""
        model = message.get("model", self._model.id)
        unpriced = bool(message.get("unpriced"))
        return self._submitted(lambda: Request(model, **current(message)), click_id, unpriced=unpriced)

    def _again(self, click_id: str, message: Message) -> dict[str, Any]:
        """Send a finished task once more, or fill the form with it."""
        request = self._board.task(message["row"]).request
        if message["choice"] == CHANGE:
            self._show(request.model, request.values)
            self.widget.unfolded = True
            self._spent()
            return {}
        return self._submitted(lambda: repeated(request, **changes(request, message["choice"])), click_id)

    def _submitted(
        self, made: Callable[[], Request], click_id: str, *, unpriced: bool = False
    ) -> dict[str, Any]:
        """Submit what a click asks for."""

        def submit() -> dict[str, Any]:
            task = self._studio.submit(made(), click_id=click_id, unpriced=unpriced)
            self._board.add(task)
            return {"drawn": {"seed": task.record.seed}}

        answer = guarded(submit)
        self._spent()  # what another kernel has spent shows too
        return answer

    def _ipython_display_(self) -> None:
        self.widget._ipython_display_()


def show_task(task: Task, studio: Studio) -> None:
    """Show one task in the current cell: its progress, then its card; the form stays folded away."""
    form = Form(task.record.model, studio, unfolded=False, **task.request.values)
    form.add(task)
    form._ipython_display_()
