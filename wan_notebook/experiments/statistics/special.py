"""The one door to scipy: only its special functions, loaded on first use."""

from types import ModuleType

from wan_notebook.catalog import SettingError, text


def special() -> ModuleType:
    """Return `scipy.special`.

    Raises:
        SettingError: scipy is not installed; the message names the command that does it.
    """
    try:
        import scipy.special as functions  # noqa: PLC0415 - optional, and slow to load
    except ImportError as error:
        raise SettingError(text("statistics.error.scipy")) from error
    return functions
