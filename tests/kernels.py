"""The kernels that notebooks are tested with: the newest ipykernel, and the last one without subshells.

Widget callbacks run on another thread from ipykernel 7 on, so both must work. 6.31 lies in a folder of its
own inside the environment (`.ci/environment` puts it there), first on its kernel's PYTHONPATH.
"""

import json
import sys
from pathlib import Path

NEWEST = "ipykernel-7"
OLDER = "ipykernel-6.31"
KERNELS = (NEWEST, OLDER)


def write_kernelspecs(folder: Path) -> Path:
    """Write both kernelspecs under `folder` and return it, for JUPYTER_PATH.

    Raises:
        FileNotFoundError: ipykernel 6.31 is not installed; `make test` installs it.
    """
    older = Path(sys.prefix) / OLDER
    if not (older / "ipykernel").is_dir():
        message = f"{older} is missing; `make test` puts ipykernel 6.31 there"
        raise FileNotFoundError(message)
    for name, environment in ((NEWEST, {}), (OLDER, {"PYTHONPATH": str(older)})):
        spec = {
            "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": name,
            "language": "python",
            "env": environment,
        }
        place = folder / "kernels" / name
        place.mkdir(parents=True)
        (place / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return folder
