"""One task on its own in a cell."""

from wan_notebook.widgets.assets import script, style
from wan_notebook.widgets.slotted import SlottedWidget


class TaskWidget(SlottedWidget):
    """Progress of one task while it runs; its slot holds the card afterwards."""

    _esm = script("elements", "slot", "progress", "task_view")
    _css = style("progress")
