"""Execute a demo notebook without a browser, and check that it made and logged a video that plays.

    python -m tests.check_demo notebooks/01_quickstart.ipynb

The notebook is copied to a folder of its own first, so that the repository stays clean. Prints the log's last
finished row, or ends with one sentence and code 1.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import pandas as pd

import wan_notebook as wan
from tests.simulators import stop_simulators


class DemoError(Exception):
    """The notebook did not do what it promises."""


def execute(notebook: Path, folder: Path) -> None:
    """Execute a copy of the notebook in `folder`, with this environment's kernel.

    Raises:
        DemoError: a cell failed; Jupyter has shown which and why.
    """
    copy = shutil.copy(notebook, folder)
    command = [sys.executable, "-m", "jupyter", "execute", str(copy)]
    environment = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"}
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        message = f"{notebook} did not run to its end"
        raise DemoError(message)


def finished(log: pd.DataFrame) -> pd.Series:
    """Return the last row of a task whose video was saved.

    Raises:
        DemoError: there is none.
    """
    rows = log[(log["status"] == "SUCCEEDED") & (log["video_state"] == "saved")]
    if rows.empty:
        message = f"no finished task with a saved video is in the log: {log['status'].tolist()}"
        raise DemoError(message)
    return rows.iloc[-1]


def decoded_frames(video: Path) -> int:
    """Decode a whole video and return how many pictures it has.

    Raises:
        DemoError: it is not H.264, or holds none.
        av.error.FFmpegError: it cannot be decoded.
    """
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context.name
        frames = sum(1 for _ in container.decode(stream))
    if codec != "h264" or frames == 0:
        message = f"{video} is {codec} with {frames} frames; it should be H.264 with some"
        raise DemoError(message)
    return frames


def check(notebook: Path, folder: Path) -> str:
    """Execute, look, and return what was found, for people."""
    try:
        execute(notebook, folder)
    finally:
        stop_simulators(folder)
    row = finished(wan.log(home=folder))
    frames = decoded_frames(folder / str(row["video"]))
    return f"{row.dropna().to_string()}\n\n{notebook} works: {frames} frames decoded\n"


def main() -> None:
    """Check the notebook named on the command line."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            sys.stdout.write(check(Path(sys.argv[1]), Path(folder)))
        except (DemoError, av.error.FFmpegError) as error:
            sys.exit(f"The demo does not work: {error}.")


if __name__ == "__main__":
    main()
