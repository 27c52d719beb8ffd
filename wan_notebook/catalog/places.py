"""Places a user names: files and folders, as text or as a path."""

import os
from pathlib import Path

from wan_notebook.catalog.addresses import at_home
from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.fields import shortened
from wan_notebook.catalog.texts import text


def place(given: object) -> Path:
    """Return a file or folder as a path, the user's own folder in place of ``~``.

    Raises:
        SettingError: it is neither text nor a path.
    """
    named = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(named, str):
        raise SettingError(text("catalog.place.type", value=shortened(given)))
    return at_home(Path(named))
