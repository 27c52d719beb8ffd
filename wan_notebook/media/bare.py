"""A video with nothing in it but pictures and sound: no title, comment, encoder, date or name.

Whoever judges it blindly must not be able to read in its bytes where it is from.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from wan_notebook.media.errors import FlawError, Trouble
from wan_notebook.media.files import State, ask, read
from wan_notebook.media.streams import DEMUXERS, OPTIONS, moving

if TYPE_CHECKING:
    from av import Packet
    from av.container import InputContainer, OutputContainer
    from av.stream import Stream

REMARKS: Final[Mapping[str, str]] = {
    "h264": "filter_units=remove_types=6",
    "hevc": "filter_units=remove_types=39|40",
}
"""Filters that take out the units in which encoders write name and settings; no picture needs them."""
ENCODER: Final = re.compile(rb"Lav[cf]\d[\d.]*")
"""What FFmpeg's AAC encoder writes into the padding of the first piece of sound."""
PLAIN: Final[Mapping[str, str]] = {"movflags": "faststart", "fflags": "bitexact"}
"""The index first, and no name of the library that writes it."""


def bare_copy(path: Path) -> bytes:
    """Return a copy of a video as MP4: its streams as they are, and nothing that says anything about them.

    Raises:
        UnreadableMediaError: there is no such file, or no video in it that can be copied.
    """
    return ask(path, _bare)


def _bare(state: State) -> bytes:
    facts = read(state.path)
    if facts.kind != "video":
        raise FlawError(Trouble.SOUND if facts.kind == "audio" else Trouble.UNSHOWN)
    with TemporaryDirectory() as folder:
        target = Path(folder) / "video.mp4"
        with _opened(state.path, target, DEMUXERS[facts.format]) as (source, copy):
            _copy(source, copy)
        return target.read_bytes()


@contextmanager
def _opened(path: Path, target: Path, demuxer: str) -> Iterator[tuple["InputContainer", "OutputContainer"]]:
    """Open both files; what PyAV cannot do with them is a flaw of the first."""
    import av  # noqa: PLC0415 - takes a tenth of a second, and is not needed before the first file

    try:
        with (
            path.open("rb") as file,
            av.open(file, "r", format=demuxer, options=dict(OPTIONS), metadata_errors="replace") as source,
            av.open(str(target), "w", format="mp4", options=dict(PLAIN)) as copy,
        ):
            yield source, copy
    except (av.FFmpegError, ValueError) as error:  # the latter: streams MP4 does not take
        raise FlawError(Trouble.BROKEN, getattr(error, "strerror", None) or str(error)) from error


def _copy(source: "InputContainer", copy: "OutputContainer") -> None:
    wanted = [moving(source), next(iter(source.streams.audio), None)]
    filters = {stream.index: _Cleaned(stream, copy) for stream in wanted if stream is not None}
    for packet in source.demux(*(one.stream for one in filters.values())):
        filters[packet.stream.index].take(packet)


class _Cleaned:
    """One stream of the copy.

    Args:
        stream: the stream it is a copy of.
        copy: the file it goes into.
    """

    def __init__(self, stream: "Stream", copy: "OutputContainer") -> None:
        from av.bitstream import BitStreamFilterContext  # noqa: PLC0415 - as above

        self.stream = stream
        self._copy = copy
        self._target: Any = copy.add_stream_from_template(stream)
        self._target.metadata.clear()
        remarks = REMARKS.get(stream.codec_context.name)
        self._filter = BitStreamFilterContext(remarks, stream) if remarks else None

    def take(self, packet: "Packet[Stream]") -> None:
        """Write a piece; the empty one at the end, too, which lets go what the filter holds back."""
        if packet.dts is None:
            pieces = self._filter.filter(None) if self._filter else []
        else:
            pieces = self._filter.filter(packet) if self._filter else [packet]
        for piece in pieces:
            data = bytes(piece)
            if ENCODER.search(data):
                piece.update(ENCODER.sub(lambda found: bytes(len(found[0])), data))
            piece.stream = self._target
            self._copy.mux(piece)
