"""How long an import takes in a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

from tests.bench.figures import Figure, in_turn, medians

TIMES = 15
IMPORT = "import time; begun = time.perf_counter(); import {}; print(1000 * (time.perf_counter() - begun))"


def imports(folder: Path) -> tuple[Figure]:
    """Import the package, and the service's own SDK."""

    def import_ms(module: str) -> float:
        command = [sys.executable, "-c", IMPORT.format(module)]
        return float(subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout)

    return (medians(in_turn(lambda: import_ms("wan_notebook"), lambda: import_ms("dashscope"), TIMES)),)
