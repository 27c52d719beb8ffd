"""The connect panel: region, address and key, a check without cost, and the way to the simulator."""

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from wan_notebook.widgets.assets import script, style

Answer = dict[str, Any]
Action = Callable[[Mapping[str, str]], Answer]


class ConnectWidget(anywidget.AnyWidget):
    """Plain data and actions; the key is in a message only, never in a trait.

    Traits:
        words: the sentences the script shows.
        regions: what there is to choose from.
        answer: what the last action brought: sentence, tone ("good", "bad", "connected"), connected.
    """

    _esm = script("page/elements", "connect/connect")
    _css = style("page/progress", "form/form", "connect/connect")

    words = traitlets.Dict().tag(sync=True)
    regions = traitlets.List(traitlets.Unicode()).tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)

    def __init__(self, actions: Mapping[str, Action], **traits: Any) -> None:
        super().__init__(**traits)
        self._actions = actions
        self._count = 0
        self.on_msg(self._hear)

    def _hear(self, _widget: object, message: Mapping[str, str], _buffers: object) -> None:
        act = self._actions.get(message.get("type", ""))
        if act is not None:
            self.say(act(message))

    def say(self, answer: Answer) -> None:
        """Show an answer, also when it is the same as the last one."""
        self._count += 1
        self.answer = {**answer, "count": self._count}
