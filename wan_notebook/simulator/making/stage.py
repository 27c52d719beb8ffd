"""A scene as frames at full size: enlarged by the encoder's scaler, several times quicker than drawn so."""

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from wan_notebook.simulator.making.pictures import tag_colours
from wan_notebook.simulator.making.scene import Scene


class Stage:
    """A scene at full size.

    Args:
        scene: what is drawn, at half the size.
        width, height: full size.
    """

    def __init__(self, scene: Scene, width: int, height: int) -> None:
        self._scene = scene
        self._size = width, height
        self._scaler = VideoReformatter()  # one for all pictures: setting it up takes longer than a picture

    def frame(self, seconds: float) -> av.VideoFrame:
        """Return the picture at a time; 16 bits on the way let the scaler dither, against bands."""
        luma, chroma = self._scene.draw(seconds)
        small = av.VideoFrame(luma.shape[1], luma.shape[0], "yuv420p16le")
        tag_colours(small)
        for plane, values in zip(small.planes, (luma, *chroma), strict=True):
            rows = np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, -1)
            np.multiply(values, 256, out=rows[:, : plane.width], casting="unsafe")
        return self._scaler.reformat(small, *self._size, "yuv420p", interpolation=Interpolation.FAST_BILINEAR)
