"""How long a form takes until it is shown, or shown for another model, as the kernel sees it."""

from pathlib import Path

from tests.bench.figures import Figure, in_turn, medians
from tests.bench.kernel import running_kernel

TIMES = 25
WARM = """
import ipywidgets
from IPython.display import display
import wan_notebook as wan
from tests.bench.in_kernel import bare_tree
wan.demo()
controls = wan.form("wan2.7-t2v").widget.controls
"""
FORM = 'display(wan.form("wan2.7-t2v"))'
TREE = "display(bare_tree(controls))"
WARM_REDRAW = """
import wan_notebook as wan
from IPython.display import display
from tests.bench.in_kernel import bare_tree, swapped
wan.demo()
form = wan.form("wan2.7-r2v")
controls = form.widget.controls
tree = bare_tree(controls)
display(form, tree)
"""
BACK = 'form.choose("wan2.7-t2v")'
REDRAW = 'form.choose("wan2.7-r2v")'
SWAP = "swapped(tree, controls)"


def form_shown(folder: Path) -> tuple[Figure]:
    """Show a new form in a connected kernel, and a column of as many bare controls.

    The time is that from the request to the idle kernel, every message received.
    """
    with running_kernel(folder) as kernel:
        kernel.run(WARM)

        def shown_ms(code: str) -> float:
            taken = kernel.milliseconds(code)
            kernel.run("ipywidgets.Widget.close_all()")
            return taken

        return (medians(in_turn(lambda: shown_ms(FORM), lambda: shown_ms(TREE), TIMES)),)


def form_redrawn(folder: Path) -> tuple[Figure]:
    """Show the fields of another model in a form that is there, and as many other bare controls in a column.

    The time is that from the request to the idle kernel, every message received.
    """
    with running_kernel(folder) as kernel:
        kernel.run(WARM_REDRAW)

        def redrawn_ms() -> float:
            kernel.run(BACK)
            return kernel.milliseconds(REDRAW)

        return (medians(in_turn(redrawn_ms, lambda: kernel.milliseconds(SWAP), TIMES)),)
