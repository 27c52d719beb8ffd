"""What a notebook shows: the form, a task's progress, and the binding of both to a studio."""

from wan_notebook.widgets.connect.panel import ConnectPanel
from wan_notebook.widgets.form.presenters import Form, show_task

__all__ = ["ConnectPanel", "Form", "show_task"]
