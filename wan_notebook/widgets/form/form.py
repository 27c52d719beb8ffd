"""The form: controls described by data, a check as the user types, one click id for one task.

It knows nothing of studios: it gets plain data and callbacks.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from wan_notebook.widgets.answering import Ask, Values, reply
from wan_notebook.widgets.assets import script, style
from wan_notebook.widgets.slotted import SlottedWidget

Check = Callable[[Values], dict[str, Any]]
Click = Callable[[str, Mapping[str, Any]], dict[str, Any]]

SCRIPTS = (
    "page/elements",
    "page/form_keys",
    "page/slot",
    "page/progress",
    "form/again",
    "page/asking",
    "form/controls",
    "page/keys",
    "media/files",
    "media/preview",
    "media/source",
    "media/sets",
    "media/item",
    "media/drag",
    "media/drops",
    "media/list",
    "media/media",
    "form/notices",
    "form/heading",
    "form/shot_line",
    "form/shots",
    "form/fields",
    "form/sheet",
    "form/form",
)
STYLES = ("page/progress", "form/form", "media/media", "form/shots")


class FormWidget(SlottedWidget):
    """A form for a model, the tasks made with it, and what can be done with those that have ended.

    Traits:
        heading: the model, its mode and examples, where it is sent and whether that is simulated
            (`describing.heading`); a new heading makes the page draw the fields anew.
        models: what there is to choose from, by family (`describing.choosable`).
        controls: one description for each field, in order (`describing.control`).
        words: the sentences the script shows.
        values: what the fields hold; None where a field is left to its default.
        check: what is said of these values, the price among it (`checking.check`).
        budget: what budgets have left (`spending.spending`).
        said: what a change of many values has done: title, lines, and whether it can be taken back.
        unfolded: whether the fields are shown; a task on its own keeps them folded away.
        answered: the last click the kernel dealt with: click_id, and error or drawn values.
        error: a sentence for the box under the form.
        tasks: running tasks (see `board.running`).
        finished: tasks that can be sent again (see `board.finished`), newest first.

    Messages of the page: clicks, which are answered by `answered`, and questions with an id, which are
    answered by a message `{"type": "reply", "id": …}`.
    """

    _esm = script(*SCRIPTS)
    _css = style(*STYLES)

    heading = traitlets.Dict().tag(sync=True)
    models = traitlets.List(traitlets.Dict()).tag(sync=True)
    controls = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    check = traitlets.Dict().tag(sync=True)
    budget = traitlets.Dict().tag(sync=True)
    said = traitlets.Dict().tag(sync=True)
    unfolded = traitlets.Bool(default_value=True).tag(sync=True)
    answered = traitlets.Dict().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    tasks = traitlets.List(traitlets.Dict()).tag(sync=True)
    finished = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(
        self,
        *,
        on_check: Check,
        on_click: Mapping[str, Click],
        on_ask: Mapping[str, Ask],
        values: Values,
        **traits: Any,
    ) -> None:
        super().__init__(values=values, check=on_check(values), **traits)
        self._check_values = on_check
        self._clicks = on_click
        self._asks = on_ask
        self.observe(self._changed, "values")
        self.on_msg(self._hear)

    def redraw(self, heading: Values, controls: list[Values], values: Values) -> None:
        """Show other fields with these values; all of it reaches the page at once."""
        with self.hold_sync():
            self.heading, self.controls = heading, controls
            if self.values == values:
                self.check = self._check_values(values)
            self.values = values

    def _changed(self, change: Mapping[str, Any]) -> None:
        self.check = self._check_values(change["new"])

    def _hear(self, _widget: object, message: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        kind = message.get("type", "")
        if kind in self._clicks:
            click_id = str(message["click_id"])
            self.answered = {"click_id": click_id, **self._clicks[kind](click_id, message)}
        else:
            reply(self, self._asks, message, buffers)
