"""The browser side of a widget: plain files joined into one module, without a build step or a CDN.

anywidget loads one ES module a widget. Pieces that several widgets share (making elements, the list of
running tasks, the slot) are files of their own that only define functions; the widget's own file comes last
and holds the `export default`.
"""

from importlib.resources import files


def script(*names: str) -> str:
    """Return one ES module of these `.js` files, such as "page/elements", in this order."""
    return _joined(names, "js")


def style(*names: str) -> str:
    """Return one style sheet of these `.css` files, in this order."""
    return _joined(names, "css")


def _joined(names: tuple[str, ...], ending: str) -> str:
    folder = files(__package__)
    return "\n".join((folder / f"{name}.{ending}").read_text(encoding="utf-8") for name in names)
