"""An experiment for the browser tests of voting, made straight in the records: small videos that tell all.

Each file tells arm, prompt and model in its name and its metadata; the picture is dark for one arm and light
for the other, so that a test can see which one stands where.
"""

import shutil
from fractions import Fraction
from pathlib import Path

import av

from tests.experiments.outcomes import Made, a_plan
from wan_notebook.records import Record

NAME = "forest"
DARK, LIGHT = "oakwood", "birchlight"
ARMS = {DARK: {"prompt": "{who} under gnarled branches"}, LIGHT: {"prompt": "{who} in silvery haze"}}
TELLING = (DARK, LIGHT, "gnarled", "silvery", "wan2.7", "secret-file", "Lavf", "Lavc", "x264")
"""What a page must not come to know before a vote: arms, prompts, model, files, tools."""
SECONDS = 1.0


def made_forest(home: Path) -> Made:
    """Make the experiment with a video in each of its 2 x 2 x 3 cells."""
    made = Made(home, a_plan(name=NAME, arms=ARMS)).run()
    for record in made.store.select(experiment=NAME):
        path = made.store.path(record)
        assert path is not None
        film(path, record)
        telling = path.with_name(f"secret-file-{record.arm}-{record.row}.mp4")
        shutil.move(path, telling)
        made.store.update(record.row, video=telling)
    return made


def film(path: Path, record: Record) -> None:
    """Write a video whose picture and sound differ by arm, and whose metadata tell all."""
    shade = 40 if record.arm == DARK else 210
    with av.open(str(path), "w") as container:
        container.metadata.update(
            {"comment": record.prompt or "", "title": record.arm or "", "artist": record.model}
        )
        pictures = container.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        assert isinstance(pictures, av.VideoStream)
        pictures.width, pictures.height, pictures.pix_fmt = 640, 360, "yuv420p"
        for number in range(round(30 * SECONDS)):
            frame = av.VideoFrame(640, 360, "gray")
            plane = frame.planes[0]
            rows = bytearray(bytes([shade]) * plane.buffer_size)
            for row in range(150, 210):
                place = row * plane.line_size + 20 * number
                rows[place : place + 20] = bytes([255 - shade]) * 20
            plane.update(bytes(rows))
            frame.pts, frame.time_base = number, Fraction(1, 30)
            container.mux(pictures.encode(frame.reformat(format="yuv420p")))
        container.mux(pictures.encode())
