"""Pictures and sound into an MP4 as the service makes them: H.264 4:2:0, AAC, index first."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np

from wan_notebook.simulator.making.film import pictures
from wan_notebook.simulator.making.music import RATE, Samples
from wan_notebook.simulator.making.pictures import tag_colours
from wan_notebook.simulator.making.sounds import track
from wan_notebook.simulator.making.video import Video

H264 = {"preset": "ultrafast", "crf": "24", "x264-params": "cabac=1:deblock=0,0"}
"""The quickest preset, with the two steps put back that matter for soft pictures and small files.

Rate and scaler are chosen for speed: crf 19 and a bicubic scaler took a fifth more time, and showed nothing
more.
"""
SOUND_FRAME = 1024
"""Samples in a frame of AAC."""
SOUND_BITS = 128_000
"""Bits per second."""
COMMENT = "Made by the simulator of wan_notebook, not by a model."


def encode(video: Video, path: Path) -> None:
    """Write a video; the same video gives the same bytes.

    Raises:
        OSError: it cannot be written, or an ingredient cannot be read.
    """
    sound = track(video) if video.sound else None
    write(path, (video.width, video.height), video.fps, pictures(video), sound)


def write(
    path: Path,
    size: tuple[int, int],
    fps: int,
    frames: Iterable[av.VideoFrame],
    sound: Samples | None,
    form: str = "mp4",
) -> None:
    """Write pictures of this size, and a sound if there is one, as an MP4, or as a MOV.

    Raises:
        OSError: it cannot be written.
    """
    with av.open(str(path), "w", format=form, options={"movflags": "+faststart"}) as container:
        container.metadata["comment"] = COMMENT
        stream = container.add_stream("libx264", rate=fps, options=H264)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.thread_count = 1  # another number of threads gives other bytes
        tag_colours(stream.codec_context)
        heard = container.add_stream("aac", rate=RATE, layout="stereo") if sound is not None else None
        if heard is not None:
            heard.bit_rate = SOUND_BITS
        for picture in frames:
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
        if sound is None or heard is None:
            return
        for piece in sound_frames(sound):
            container.mux(heard.encode(piece))
        container.mux(heard.encode())


def sound_frames(samples: Samples) -> Iterator[av.AudioFrame]:
    """Yield a sound in frames as the AAC encoder takes them."""
    for first in range(0, samples.shape[1], SOUND_FRAME):
        piece = np.ascontiguousarray(samples[:, first : first + SOUND_FRAME], np.float32)
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = RATE, first
        yield frame
