"""A copy of a video with nothing in it that tells where it is from, and its pictures as they were."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.files import clip, picture, sound
from wan_notebook.media import Trouble, UnreadableMediaError, bare_copy, read

SECRETS = ("a fox in golden light", "wan2.7-t2v", "golden arm", "2026-11-21T12:00:00")


def told(folder: Path, *, seconds: float = 1.0, sound: bool = True, codec: str = "libx264") -> Path:
    """Write a video that tells all about itself: prompt, model, arm, date, chapter, its tracks' names."""
    plain = clip(folder, f"{codec}.mp4", seconds=seconds, sound=sound, size=(320, 180))
    path = folder / "golden arm.mp4"
    tags = dict(zip(("comment", "artist", "title", "creation_time"), SECRETS, strict=True))
    with av.open(str(plain)) as source, av.open(str(path), "w") as target:
        target.metadata.update(tags)
        target.set_chapters(
            [
                {
                    "id": 1,
                    "start": 0,
                    "end": 500,
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": SECRETS[0]},
                }
            ]
        )
        streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for stream in streams.values():
            stream.metadata.update(
                {"handler_name": SECRETS[2], "language": "eng", "creation_time": SECRETS[3]}
            )
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    return path


def pictures(path: Path) -> list[tuple[float | None, bytes]]:
    """Return the time and the pixels of every picture of a video."""
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray().tobytes()) for frame in container.decode(video=0)]


def tones(path: Path) -> list[tuple[float | None, bytes]]:
    """Return the time and the samples of every piece of sound."""
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray().tobytes()) for frame in container.decode(audio=0)]


def kept(path: Path) -> Path:
    """Write the bare copy of a video beside it."""
    copy = path.with_name("copy.mp4")
    copy.write_bytes(bare_copy(path))
    return copy


def test_nothing_is_told(tmp_path: Path) -> None:
    """No prompt, model, date, name, chapter; no name of any tool that made the file."""
    path = told(tmp_path)
    before, after = path.read_bytes(), bare_copy(path)
    for secret in (*SECRETS[:3], "Lavf", "Lavc", "x264"):
        assert secret.encode() in before
    for secret in (*SECRETS, "Lav", "x264", "encoder", "golden", str(tmp_path)):
        assert secret.encode() not in after
    with av.open(str(kept(path))) as container:
        assert set(container.metadata) == {"major_brand", "minor_version", "compatible_brands"}
        assert container.chapters() == []
        assert [dict(stream.metadata) for stream in container.streams] == [
            {"language": "und", "handler_name": "VideoHandler"},
            {"language": "und", "handler_name": "SoundHandler"},
        ]


def test_pictures_and_sound_are_as_they_were(tmp_path: Path) -> None:
    """The same pixels and samples at the same times: nothing is coded anew."""
    path = told(tmp_path)
    copy = kept(path)
    assert pictures(copy) == pictures(path)
    assert tones(copy) == tones(path)
    assert (read(copy).seconds, read(copy).fps) == (read(path).seconds, read(path).fps)


def test_a_silent_video_stays_silent(tmp_path: Path) -> None:
    """It has no sound to copy."""
    copy = kept(told(tmp_path, sound=False))
    assert not read(copy).sound
    assert len(pictures(copy)) == 10


def test_pictures_that_refer_to_later_ones_keep_their_order(tmp_path: Path) -> None:
    """As in what the service makes; times and pixels are the same."""
    path = tmp_path / "b.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "medium", "bf": "2"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(20):
            frame = av.VideoFrame(320, 180, "gray")
            frame.planes[0].update(bytes([number * 12]) * frame.planes[0].buffer_size)
            container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode())
    with av.open(str(path)) as container:
        assert any(packet.pts != packet.dts for packet in container.demux() if packet.dts is not None)
    assert len(pictures(path)) == 20
    assert pictures(kept(path)) == pictures(path)
    assert b"x264" not in bare_copy(path)


def test_all_copies_are_laid_out_alike(tmp_path: Path) -> None:
    """The same boxes in the same order, the index first; the same bytes each time."""
    copies = [bare_copy(told(tmp_path)), bare_copy(clip(tmp_path, "other.mov", size=(320, 180)))]
    assert boxes(copies[0]) == boxes(copies[1]) == [b"ftyp", b"moov", b"free", b"mdat"]
    assert copies[0][:32] == copies[1][:32]
    assert bare_copy(told(tmp_path)) == copies[0]


def boxes(data: bytes) -> list[bytes]:
    """Return the names of the outermost boxes."""
    names, place = [], 0
    while place < len(data):
        names.append(data[place + 4 : place + 8])
        place += int.from_bytes(data[place : place + 4])
    return names


def test_only_videos_can_be_copied(tmp_path: Path) -> None:
    """A sound, a picture, a broken file and no file at all are refused."""
    broken = told(tmp_path)
    broken.write_bytes(broken.read_bytes()[:2000])
    for path, trouble in [
        (sound(tmp_path), Trouble.SOUND),
        (picture(tmp_path), Trouble.UNSHOWN),
        (broken, Trouble.CUT),
        (tmp_path / "none.mp4", Trouble.MISSING),
    ]:
        with pytest.raises(UnreadableMediaError) as caught:
            bare_copy(path)
        assert caught.value.trouble is trouble


def test_what_cannot_go_into_an_mp4_is_refused(tmp_path: Path) -> None:
    """Such as VP8, which no player would find there."""
    with pytest.raises(UnreadableMediaError) as caught:
        bare_copy(clip(tmp_path, "old.webm"))
    assert caught.value.trouble is Trouble.BROKEN
