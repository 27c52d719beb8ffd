"""What the rows' kernels run: a form on a simulator, a click, and the plain things both are held against."""

import atexit
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import ipywidgets
from IPython.display import HTML, update_display

from tests.bench.example import MODEL, VALUES
from tests.studio import a_studio
from wan_notebook.simulator import Settings
from wan_notebook.tasks import Task
from wan_notebook.widgets import Form

BARE_CONTROLS: Mapping[str, Callable[[Mapping[str, Any]], ipywidgets.Widget]] = {
    "text": lambda field: ipywidgets.Textarea(rows=field["lines"]),
    "url": lambda _field: ipywidgets.Text(),
    "urls": lambda _field: ipywidgets.Text(),
    "media": lambda _field: ipywidgets.Text(),
    "choice": lambda field: ipywidgets.Dropdown(options=field["options"], value=field["default"]),
    "integer": lambda field: ipywidgets.IntSlider(min=field["minimum"], max=field["maximum"]),
    "boolean": lambda field: ipywidgets.Checkbox(value=field["default"]),
}

_open = ExitStack()
atexit.register(_open.close)


def bare_tree(controls: Sequence[Mapping[str, Any]]) -> ipywidgets.Widget:
    """Return a column of bare controls, one for each field of a form, and a button."""
    return ipywidgets.VBox([*_bare(controls), ipywidgets.Button(description="Generate")])


def swapped(tree: ipywidgets.Widget, controls: Sequence[Mapping[str, Any]]) -> None:
    """Put new controls in place of a column's; its button stays."""
    *old, button = tree.children
    tree.children = [*_bare(controls), button]
    for control in old:
        control.close()


def _bare(controls: Sequence[Mapping[str, Any]]) -> list[ipywidgets.Widget]:
    column = []
    for field in controls:
        control = BARE_CONTROLS[field["kind"]](field)
        control.description = field["label"]
        column.append(control)
    return column


def form_of_a_long_task(seconds: float) -> Form:
    """Return a form whose simulated task runs this long, by a clock that jumps; all ends with the kernel."""
    settings = Settings(run_seconds=(seconds, seconds), queue_seconds=(0, 0))
    studio, _ = _open.enter_context(a_studio(Path.cwd(), settings))
    return Form(MODEL, studio, **VALUES)


def click(form: Form) -> Task:
    """Press Generate as the page does, and return the task."""
    pressed = {"type": "generate", "click_id": form.widget.slot_id, "values": form.widget.values}
    form.widget._handle_custom_msg(pressed, [])
    return form._studio.tasks()[-1]


def made_at(form: Form) -> float:
    """Have a form make its video; return when that was on disk under its name, in ms since 1970."""
    video = click(form).wait(progress=False).video
    if video is None:
        message = "the simulator's video was not saved"
        raise RuntimeError(message)
    return 1000 * video.stat().st_ctime


def shown_bare_at(display_id: str) -> float:
    """Show a copy of the newest video as a bare `<video src>`; return when, in ms since 1970.

    A copy, because what the page has loaded before it need not load again.
    """
    newest = max(Path("wan_videos").glob("*.mp4"), key=lambda path: path.stat().st_ctime)
    copy = shutil.copy(newest, f"bare-{newest.name}")
    begun = time.time()
    html = f'<video controls preload="metadata" width="480" src="{copy}"></video>'
    update_display(HTML(html), display_id=display_id)
    return 1000 * begun
