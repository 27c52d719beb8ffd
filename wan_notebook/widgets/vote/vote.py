"""The vote page: two videos, a question, an answer.

It knows nothing of arms: names, order and files of what is compared stay in the kernel. Its state is words
only; everything else comes as the reply to a question of the page.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from wan_notebook.widgets.answering import Ask, reply
from wan_notebook.widgets.assets import script, style

SCRIPTS = (
    "page/elements",
    "page/form_keys",
    "page/asking",
    "compare/clock_video",
    "compare/clock",
    "vote/sending",
    "vote/videos",
    "vote/stage",
    "vote/keys",
    "vote/end",
    "vote/vote",
)


class VoteWidget(anywidget.AnyWidget):
    """A voter's page.

    Traits:
        words: the sentences the script shows.
        question: what is asked of each pair.
        criteria: further criteria, asked of each pair after the question.
        watch: whether both videos must have played before an answer counts.
        session: a random id, under which the browser keeps an answer that was not stored yet.

    Args:
        on_ask: what answers each type of question of the page; each answer is a message
            `{"type": "reply", "id": …}`.
        **traits: words, question, criteria and watch.
    """

    _esm = script(*SCRIPTS)
    _css = style("page/progress", "form/form", "vote/vote")

    words = traitlets.Dict().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    criteria = traitlets.List(traitlets.Unicode()).tag(sync=True)
    watch = traitlets.Bool(default_value=True).tag(sync=True)
    session = traitlets.Unicode().tag(sync=True)

    def __init__(self, *, on_ask: Mapping[str, Ask], **traits: Any) -> None:
        super().__init__(session=uuid.uuid4().hex, **traits)
        self._asks = on_ask
        self.on_msg(self._hear)

    def _hear(self, _widget: object, message: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        reply(self, self._asks, message, buffers)
