"""Facts of video and sound files."""

import io
import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import av
import pytest
from av.container import InputContainer

from tests.files import clip, picture, sound
from tests.media.phones import HALF, QUARTER, turned
from wan_notebook.media import MediaFacts, Trouble, UnreadableMediaError, read
from wan_notebook.media.errors import FlawError
from wan_notebook.media.streams import read_stream

SIZE = (96, 64)


def trouble(path: Path) -> Trouble:
    """Return why a file is refused."""
    with pytest.raises(UnreadableMediaError) as caught:
        read(path)
    return caught.value.trouble


@pytest.mark.parametrize("ending", ["mp4", "mov", "webm", "mkv"])
def test_a_video_with_sound(tmp_path: Path, ending: str) -> None:
    """Kind, true format, pixels, seconds and rate, under another name."""
    path = clip(tmp_path, f"walk.{ending}", 1.0, SIZE).rename(tmp_path / "walk.png")
    facts = read(path)
    assert (facts.kind, facts.format, facts.width, facts.height) == ("video", ending, *SIZE)
    assert facts.seconds == pytest.approx(1.0, abs=0.11)
    assert (facts.fps, facts.alpha, facts.sound) == (10.0, False, True)


def test_a_video_without_sound(tmp_path: Path) -> None:
    """Silence is told apart; the rest is the same."""
    path = clip(tmp_path, "walk.mp4", 1.5, SIZE, sound=False, fps=24)
    assert read(path) == MediaFacts("video", "mp4", path.stat().st_size, *SIZE, seconds=1.5, fps=24.0)


@pytest.mark.parametrize(("matrix", "size"), [(QUARTER, SIZE[::-1]), (HALF, SIZE)])
def test_a_phone_video_is_measured_as_displayed(
    tmp_path: Path, matrix: tuple[int, ...], size: tuple[int, int]
) -> None:
    """A video taken upright is higher than wide."""
    facts = read(turned(clip(tmp_path, "walk.mp4", 0.5, SIZE), matrix))
    assert (facts.width, facts.height) == size


def test_an_old_quicktime_file(tmp_path: Path) -> None:
    """Before the ftyp box there was none."""
    path = clip(tmp_path, "walk.mov", 0.5, SIZE)
    path.write_bytes(struct.pack(">I4s", path.read_bytes()[3], b"free") + path.read_bytes()[8:])
    assert read(path).format == "mov"


def test_transparent_video(tmp_path: Path) -> None:
    """ProRes 4444 and its like carry transparency."""
    path = tmp_path / "logo.mov"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("qtrle", rate=10)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "argb"
        for number in range(3):
            frame = av.VideoFrame(*SIZE, "argb")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert read(path).alpha


@pytest.mark.parametrize("ending", ["mp3", "wav", "flac", "ogg", "m4a", "aac"])
def test_a_sound(tmp_path: Path, ending: str) -> None:
    """Kind, true format and seconds; nothing to see."""
    path = sound(tmp_path, f"voice.{ending}", 1.0).rename(tmp_path / "voice.png")
    facts = read(path)
    assert (facts.kind, facts.format, facts.sound) == ("audio", ending, True)
    assert facts.seconds == pytest.approx(1.0, abs=0.1)
    assert (facts.width, facts.height, facts.fps) == (None, None, None)


def test_an_mp4_with_sound_alone_is_audio(tmp_path: Path) -> None:
    """What counts is what is in it."""
    facts = read(sound(tmp_path, "voice.mp4", 1.0))
    assert (facts.kind, facts.format) == ("audio", "mp4")


def test_a_song_with_a_cover_is_audio(tmp_path: Path) -> None:
    """The cover is no video; a tag in front does not hide the format."""
    cover = picture(tmp_path, "cover.png", SIZE).read_bytes()
    body = b"\0image/png\0\x03\0" + cover
    frame = struct.pack(">4sIH", b"APIC", len(body), 0) + body
    length = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    path = sound(tmp_path, "song.mp3", 1.0)
    bare = path.read_bytes()
    path.write_bytes(b"ID3\x03\0\0" + length + frame + bare[bare.index(b"\xff\xfb") :])
    with av.open(str(path)) as container:
        assert isinstance(container, InputContainer)
        assert len(container.streams.video) == 1
    facts = read(path)
    assert (facts.kind, facts.format, facts.width) == ("audio", "mp3", None)


def test_mp3_whose_header_tells_no_length(tmp_path: Path) -> None:
    """Reckoned from the size of the file."""
    path = sound(tmp_path, "voice.mp3", 2.0)
    data = path.read_bytes()
    frames = [place for place in range(len(data)) if data[place : place + 2] == b"\xff\xfb"]
    path.write_bytes(data[frames[1] :])
    assert read(path).seconds == pytest.approx(2.0, abs=0.1)


def test_remarks_in_an_old_encoding_do_no_harm(tmp_path: Path) -> None:
    """A title in GBK inside a WAV, as old Chinese tools write it."""
    path = sound(tmp_path, "voice.wav", 0.5)
    data = path.read_bytes()
    title = "狐狸".encode("gbk")
    remarks = b"INFOINAM" + struct.pack("<I", len(title)) + title
    data += b"LIST" + struct.pack("<I", len(remarks)) + remarks
    path.write_bytes(b"RIFF" + struct.pack("<I", len(data) - 8) + data[8:])
    assert read(path).seconds == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_recorder_that_did_not_know_the_length_yet(tmp_path: Path, length: int) -> None:
    """Such a WAV is no cut one."""
    path = sound(tmp_path, "voice.wav", 0.5)
    path.write_bytes(b"RIFF" + struct.pack("<I", length) + path.read_bytes()[8:])
    assert read(path).kind == "audio"


@pytest.mark.parametrize("name", ["walk.mp4", "walk.mov", "voice.wav", "voice.m4a"])
def test_a_stream_cut_short(tmp_path: Path, name: str) -> None:
    """Half a file is told from a whole one."""
    path = (clip if name.startswith("walk") else sound)(tmp_path, name, 1.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert trouble(path) is Trouble.CUT


def test_a_quick_starting_video_cut_short(tmp_path: Path) -> None:
    """Its index is in front and whole; what it tells of is not there."""
    path = tmp_path / "fast.mp4"
    with (
        av.open(str(clip(tmp_path, "slow.mp4", 1.0, SIZE, sound=False))) as source,
        av.open(str(path), "w", options={"movflags": "+faststart"}) as target,
    ):
        assert isinstance(source, InputContainer)
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert read(path).seconds == 1.0
    path.write_bytes(path.read_bytes()[:-200])
    assert trouble(path) is Trouble.CUT


def test_an_index_that_tells_of_more_than_there_is(tmp_path: Path) -> None:
    """A few bytes that would make a reader fill the memory."""
    path = clip(tmp_path, "walk.mp4", 0.5, SIZE)
    data = bytearray(path.read_bytes())
    struct.pack_into(">II", data, data.index(b"stsz") + 8, 100, 0x7FFFFFFF)
    path.write_bytes(data)
    with pytest.raises(UnreadableMediaError, match="2147483647 samples"):
        read(path)


def test_a_large_box_in_64_bits(tmp_path: Path) -> None:
    """The true length of a box may stand behind its name."""
    path = clip(tmp_path, "walk.mp4", 0.5, SIZE)
    path.write_bytes(path.read_bytes() + struct.pack(">I4sQ", 1, b"free", 16))
    assert read(path).kind == "video"
    path.write_bytes(path.read_bytes() + struct.pack(">I4sQ", 1, b"mdat", 1 << 40))
    assert trouble(path) is Trouble.CUT


def test_a_play_list_opens_nothing(tmp_path: Path) -> None:
    """A text that makes players open other files is just a text."""
    clip(tmp_path, "walk.mp4", 0.5, SIZE)
    path = tmp_path / "list.mp4"
    path.write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nwalk.mp4\n#EXT-X-ENDLIST\n", encoding="ascii"
    )
    assert trouble(path) is Trouble.UNKNOWN


def test_a_wav_with_a_huge_remark(tmp_path: Path) -> None:
    """Two gigabytes are claimed by a remark in front: the sound after it is not there."""
    path = sound(tmp_path, "voice.wav", 0.5)
    data = path.read_bytes()
    place = data.index(b"LIST")
    path.write_bytes(data[: place + 4] + struct.pack("<I", 0x7FFFFFFE) + data[place + 8 :])
    assert trouble(path) is Trouble.CUT


def test_a_wav_without_sound(tmp_path: Path) -> None:
    """A header alone is none."""
    path = tmp_path / "voice.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", 12) + b"WAVEdata" + bytes(4))
    assert trouble(path) is Trouble.BROKEN


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_wav_whose_samples_were_not_counted(tmp_path: Path, length: int) -> None:
    """They go on to the end of the file."""
    path = sound(tmp_path, "voice.wav", 0.5)
    data = path.read_bytes()
    place = data.index(b"data") + 4
    path.write_bytes(data[:place] + struct.pack("<I", length) + data[place + 4 :])
    assert read(path).seconds == 0.5


def test_a_video_coded_in_an_unknown_way(tmp_path: Path) -> None:
    """Without a decoder it is refused, and not tried."""
    path = clip(tmp_path, "walk.mkv", 0.3, SIZE)
    path.write_bytes(path.read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_MPEG9/ISO/XYZ"))
    with pytest.raises(UnreadableMediaError, match="not known"):
        read(path)


class Counting(io.FileIO):
    """A file that counts what is read of it."""

    given = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        data = super().read(size) or b""
        self.given += len(data)
        return data


@pytest.mark.parametrize("name", ["walk.webm", "voice.flac", "voice.mp3"])
def test_a_huge_file_of_nothing_is_not_searched_to_its_end(tmp_path: Path, name: str) -> None:
    """Two gigabytes of zeros after a good beginning: a small part of it is read."""
    path = (clip if name.startswith("walk") else sound)(tmp_path, name, 0.3)
    os.truncate(path, 200)
    os.truncate(path, 2 << 30)
    with Counting(path) as file, suppress(FlawError):
        read_stream(path.suffix[1:], cast("BinaryIO", file), 2 << 30)
    assert 200 < file.given < 65 << 20
