"""Checks words of the simulator's settings."""

from collections.abc import Iterable

from wan_notebook.catalog import SettingError, text


def check_choice(name: str, value: str, options: Iterable[str]) -> None:
    """Refuse a word that is none of the options.

    Raises:
        SettingError: it is none; the message names them.
    """
    if value not in options:
        known = ", ".join(repr(option) for option in options)
        raise SettingError(text("simulator.settings.choice", name=name, value=repr(value), options=known))
