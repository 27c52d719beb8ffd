"""Pictures and sound into an MP4 as the service makes them: H.264 4:2:0, AAC, index first."""

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream

from wan_notebook.simulator.lettering import Label, labels
from wan_notebook.simulator.music import RATE, tune
from wan_notebook.simulator.raster import Floats
from wan_notebook.simulator.scene import Scene
from wan_notebook.simulator.video import Video

BT709 = 1
"""ITU-T H.273: primaries, transfer and matrix of high-definition video all have this number."""
LIMITED = 1
"""Colour range: Y 16-235, U and V 16-240."""
H264 = {"preset": "ultrafast", "crf": "19", "x264-params": "cabac=1:deblock=0,0"}
"""The quickest preset, with the two steps put back that matter for soft pictures and small files."""
SOUND_CHUNK = 1024


def encode(video: Video, path: Path) -> None:
    """Write a video; the same video gives the same bytes."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        container.metadata["comment"] = "Made by the simulator of wan_notebook, not by a model."
        pictures = container.add_stream("libx264", rate=video.fps, options=H264)
        pictures.width, pictures.height, pictures.pix_fmt = video.width, video.height, "yuv420p"
        pictures.thread_count = 1
        _tag_colours(pictures.codec_context)
        sound = container.add_stream("aac", rate=RATE)
        sound.layout = "stereo"
        sound.bit_rate = 128_000
        samples = tune(video)
        per_frame = RATE // video.fps
        scene, tags = Scene(video), labels(video)
        for number in range(video.frames):
            container.mux(pictures.encode(_picture(scene, number, video, tags)))
        container.mux(pictures.encode())
        for first in range(0, samples.shape[1], SOUND_CHUNK):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, first:first+SOUND_CHUNK]), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = RATE, first
            container.mux(sound.encode(frame))
        container.mux(sound.encode())


def _tag_colours(target) -> None:
    target.color_range = LIMITED
    target.colorspace = target.color_primaries = target.color_trc = BT709

def _picture(scene, number, video, tags):
    luma, chroma = scene.draw(number / video.fps)
    small = av.VideoFrame(luma.shape[1], luma.shape[0], "yuv420p16le")
    for plane, values in zip(small.planes, (luma, *chroma), strict=True):
        view = np.frombuffer(plane, np.uint16).reshape(plane.height, plane.line_size // 2)
        view[:, : plane.width] = values * 256
    _tag_colours(small)
    frame = small.reformat(video.width, video.height, "yuv420p", interpolation=Interpolation.BICUBIC)
    planes = [
        np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    ]
    for tag in tags:
        tag.blend(planes)
    frame.pts = number
    return frame
