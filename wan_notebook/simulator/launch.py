"""Starts the simulator's process and ends at once, so that it has no parent that must wait for it.

Run by path, in an interpreter of its own: it imports nothing of the package, and takes some 20 ms. Its
standard streams go on to the simulator, which reads its orders from them and says there that it is ready.
"""

import subprocess
import sys

if __name__ == "__main__":
    # -P keeps modules that lie in the notebook's folder from being taken for others of the same name.
    subprocess.Popen([sys.executable, "-P", "-m", "wan_notebook.simulator"], start_new_session=True)
