"""Pictures and sound into an MP4 as the service makes them: H.264 4:2:0, AAC, index first."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Interpolation

from wan_notebook.simulator.lettering import Label, labels
from wan_notebook.simulator.music import RATE, tune
from wan_notebook.simulator.raster import Floats
from wan_notebook.simulator.scene import Scene
from wan_notebook.simulator.video import Video

BT709 = 1
"""ITU-T H.273: primaries, transfer and matrix of high-definition video all have this number."""
LIMITED = 1
"""Colour range: Y 16-235, U and V 16-240."""
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
        OSError: it cannot be written.
    """
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        container.metadata["comment"] = COMMENT
        pictures = container.add_stream("libx264", rate=video.fps, options=H264)
        pictures.width, pictures.height, pictures.pix_fmt = video.width, video.height, "yuv420p"
        pictures.thread_count = 1  # another number of threads gives other bytes
        _tag_colours(pictures.codec_context)
        sound = container.add_stream("aac", rate=RATE, layout="stereo")
        sound.bit_rate = SOUND_BITS
        for picture in _pictures(video):
            container.mux(pictures.encode(picture))
        container.mux(pictures.encode())
        for piece in _sound(video):
            container.mux(sound.encode(piece))
        container.mux(sound.encode())


def _pictures(video: Video) -> Iterator[av.VideoFrame]:
    scene, tags = Scene(video), labels(video)
    for number in range(video.frames):
        luma, chroma = scene.draw(number / video.fps)
        frame = _enlarged(luma, chroma, video)
        _label(frame, tags)
        frame.pts = number
        yield frame


def _enlarged(luma: Floats, chroma: Floats, video: Video) -> av.VideoFrame:
    """Return a drawn picture at full size; 16 bits on the way let the scaler dither, against bands."""
    small = av.VideoFrame(luma.shape[1], luma.shape[0], "yuv420p16le")
    _tag_colours(small)
    for plane, values in zip(small.planes, (luma, *chroma), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, -1)
        np.multiply(values, 256, out=rows[:, : plane.width], casting="unsafe")
    return small.reformat(video.width, video.height, "yuv420p", interpolation=Interpolation.FAST_BILINEAR)


def _label(frame: av.VideoFrame, tags: list[Label]) -> None:
    planes = [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)[:, : plane.width]
        for plane in frame.planes
    ]
    for tag in tags:
        tag.blend(planes)


def _sound(video: Video) -> Iterator[av.AudioFrame]:
    samples = tune(video)
    for first in range(0, samples.shape[1], SOUND_FRAME):
        piece = np.ascontiguousarray(samples[:, first : first + SOUND_FRAME])
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = RATE, first
        yield frame


def _tag_colours(target: av.VideoFrame | av.VideoCodecContext) -> None:
    """Say which colours the numbers mean, so that a browser shows what was drawn."""
    target.color_range = LIMITED
    target.colorspace = target.color_primaries = target.color_trc = BT709
