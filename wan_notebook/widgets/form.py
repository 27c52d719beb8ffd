"""The form: controls described by data, a check as the user types, one click id for one task.

It knows nothing of studios: it gets plain data and callbacks.
"""

from collections.abc import Callable, Mapping
from typing import Any

import traitlets

from wan_notebook.widgets.assets import script, style
from wan_notebook.widgets.slotted import SlottedWidget

Values = dict[str, Any]
Check = Callable[[Values], dict[str, Any]]
Click = Callable[[str, Mapping[str, Any]], dict[str, Any]]


class FormWidget(SlottedWidget):
    """A form for one model, the tasks made with it, and what can be done with those that have ended.

    Traits:
        heading: model, mode, place (where it is sent) and whether that is simulated.
        controls: one description for each field, in order (see `presenters.control`).
        words: the sentences the script shows.
        values: what the fields hold; None where a field is left to its default.
        check: problems by field, the button's words, the note on the price, the request as JSON.
        unfolded: whether the fields are shown; a task on its own keeps them folded away.
        answered: the last click the kernel dealt with: click_id, and error or drawn values.
        error: a sentence for the box under the form.
        tasks: running tasks (see `board.running`).
        finished: tasks that can be sent again (see `board.finished`), newest first.
    """

    _esm = script("elements", "slot", "progress", "again", "controls", "form")
    _css = style("progress", "form")

    heading = traitlets.Dict().tag(sync=True)
    controls = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    check = traitlets.Dict().tag(sync=True)
    unfolded = traitlets.Bool(default_value=True).tag(sync=True)
    answered = traitlets.Dict().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    tasks = traitlets.List(traitlets.Dict()).tag(sync=True)
    finished = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(
        self, *, on_check: Check, on_click: Mapping[str, Click], values: Values, **traits: Any
    ) -> None:
        super().__init__(values=values, check=on_check(values), **traits)
        self._check_values = on_check
        self._clicks = on_click
        self.observe(self._changed, "values")
        self.on_msg(self._hear)

    def _changed(self, change: Mapping[str, Any]) -> None:
        self.check = self._check_values(change["new"])

    def _hear(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        act = self._clicks.get(message.get("type", ""))
        if act is not None:
            click_id = str(message["click_id"])
            self.answered = {"click_id": click_id, **act(click_id, message)}
