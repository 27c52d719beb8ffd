"""The checksums of the files an experiment's requests name: a plan with another picture is another plan."""

from wan_notebook import media
from wan_notebook.catalog import SettingError
from wan_notebook.experiments.planning.scheme import Cell, Scheme
from wan_notebook.media import UnreadableMediaError


def checksums(scheme: Scheme) -> dict[str, str]:
    """Return the SHA-256 of each file on this machine, by its path as given.

    Raises:
        SettingError: one cannot be read.
    """
    found: dict[str, str] = {}
    for arm in scheme.arms:
        for block in scheme.blocks[:: len(scheme.seeds)]:
            for address in scheme.request(Cell(arm, block)).addresses():
                if address.path is not None and address.url not in found:
                    try:
                        found[address.url] = media.sha256(address.path)
                    except (UnreadableMediaError, OSError) as error:
                        raise SettingError(str(error)) from error
    return found
