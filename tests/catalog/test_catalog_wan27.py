"""Every limit of the wan2.7 models, as the documents have it (protocol.md, sections 2.1 to 2.3, 2.5, 11)."""

from itertools import product
from typing import Any

import pytest

from tests.catalog.garbage import IMAGE, SOUND, VIDEO, a_request, each, told
from wan_notebook.catalog import MODELS, MediaField, Request, find_model

T2V, I2V, DATED, R2V, EDIT = (
    "wan2.7-t2v",
    "wan2.7-i2v",
    "wan2.7-i2v-2026-04-25",
    "wan2.7-r2v",
    "wan2.7-videoedit",
)
ALL = (T2V, I2V, DATED, R2V, EDIT)
RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4")
ADDRESSES = {"image": IMAGE, "video": VIDEO, "audio": SOUND}
TAKEN: list[tuple[Any, ...]] = [
    (ALL, "prompt", ["x", "狐" * 5000, "，" * 5000]),
    ((I2V, DATED, EDIT), "prompt", [None, ""]),
    (ALL, "negative_prompt", ["", "x" * 500]),
    (ALL, "resolution", ["720P", "1080P"]),
    ((T2V, R2V, EDIT), "ratio", [*RATIOS]),
    ((T2V, I2V, DATED, R2V), "duration", [2, 5, 15]),
    ((EDIT,), "duration", [0, 2, 10]),
    (ALL, "prompt_extend", [True, False]),
    (ALL, "watermark", [True, False]),
    (ALL, "seed", [0, 1, 2_147_483_647]),
    ((EDIT,), "audio_setting", ["auto", "origin"]),
    ((T2V,), "audio_url", ["https://a.example/a.mp3", "http://a.example/a.wav", "oss://b/a.mp3"]),
    ((R2V,), "reference_voice", [SOUND]),
]
REFUSED: list[tuple[Any, ...]] = [
    (ALL, "prompt", ["x" * 5001], "the limit is 5000"),
    ((T2V, R2V), "prompt", [None, "", " "], "it needs at least one character"),
    (ALL, "negative_prompt", ["x" * 501], "the limit is 500"),
    (ALL, "resolution", ["480P", "720p", "4K", 720], "choose one of 720P, 1080P"),
    ((T2V, R2V, EDIT), "ratio", ["21:9", "16*9", 1], "choose one of 16:9, 9:16, 1:1, 4:3, 3:4"),
    ((T2V, I2V, DATED, R2V), "duration", [0, 1, 16, -1], "must be from 2 to 15"),
    ((T2V, I2V, DATED, R2V), "duration", ["5", 5.0, True], "a whole number from 2 to 15"),
    ((EDIT,), "duration", [1, 11, -1], "must be 0, or from 2 to 10"),
    (ALL, "prompt_extend", [1, "true"], "must be True or False"),
    (ALL, "watermark", [0, "false"], "must be True or False"),
    (ALL, "seed", [-1, 2_147_483_648], "from 0 to 2147483647"),
    ((EDIT,), "audio_setting", ["none", True], "choose one of auto, origin"),
    ((T2V,), "audio_url", ["data:audio/mp3;base64,AAAA"], "cannot be sent inside the request"),
    # What they do not have.
    (ALL, "size", ["1280*720"], "give resolution and ratio instead"),
    (ALL, "shot_type", ["multi"], "tell the shots in the prompt"),
    (ALL, "audio", [True, False], "its videos always have sound"),
    (ALL, "img_url", [IMAGE], 'media=[{"type": "first_frame"'),
    (ALL, "reference_urls", [[IMAGE]], 'media=[{"type": "reference_image"'),
    ((I2V, DATED), "ratio", ["16:9"], "ratio is not a parameter of"),
    ((I2V, DATED, R2V, EDIT), "audio_url", [SOUND], "audio_url is not a parameter of"),
    ((T2V, I2V, DATED, R2V), "audio_setting", ["auto"], "audio_setting is not a parameter of"),
    ((T2V, I2V, DATED, EDIT), "reference_voice", [SOUND], "reference_voice is not a parameter of"),
    ((T2V,), "media", [[]], "media is not a parameter of"),
]
PERMITTED = {
    frozenset({"first_frame"}),
    frozenset({"first_frame", "driving_audio"}),
    frozenset({"first_frame", "last_frame"}),
    frozenset({"first_frame", "last_frame", "driving_audio"}),
    frozenset({"first_clip"}),
    frozenset({"first_clip", "last_frame"}),
}
WRITTEN_SETS = (
    "first_frame; first_frame + driving_audio; first_frame + last_frame; "
    "first_frame + last_frame + driving_audio; first_clip; first_clip + last_frame"
)


def items(model: str, **counts: int) -> list[dict[str, str]]:
    """Return so many items of each type, with addresses of their kind."""
    field = MODELS[model].field("media")
    assert isinstance(field, MediaField)
    return [
        {"type": one.name, "url": ADDRESSES[one.rule.kind]}
        for one in field.types
        for _ in range(counts.get(one.name, 0))
    ]


@pytest.mark.parametrize(("model", "name", "value"), each(TAKEN))
def test_what_the_documents_allow_is_taken(model: str, name: str, value: object) -> None:
    """Every value within the limits, the bounds themselves among them."""
    assert told(model, **{name: value}) == ""


@pytest.mark.parametrize(("model", "name", "value", "words"), each(REFUSED))
def test_what_the_documents_forbid_is_refused(model: str, name: str, value: object, words: str) -> None:
    """Every value past a limit, in one sentence with the parameter and the limit."""
    [problem] = a_request(model, **{name: value}).problems()
    assert problem.field == name
    assert problem.message.startswith(f"{name} ")
    assert words in problem.message


@pytest.mark.parametrize(
    ("model", "defaults"),
    [
        (T2V, {"ratio": "16:9", "duration": 5}),
        (I2V, {"duration": 5}),
        (DATED, {"duration": 5}),
        (R2V, {"ratio": "16:9", "duration": 5}),
        (EDIT, {"duration": 0, "audio_setting": "auto"}),
    ],
)
def test_the_defaults_are_the_documented_ones(model: str, defaults: dict[str, Any]) -> None:
    """Beside those all have: 1080P, prompts rewritten, no mark."""
    common = {"resolution": "1080P", "prompt_extend": True, "watermark": False}
    assert find_model(model).defaults == {**common, **defaults}


def test_a_dated_model_is_its_own() -> None:
    """It is one of the catalogue, with the rules of the one without a date."""
    dated, plain = find_model(DATED), find_model(I2V)
    assert dated.base is None
    assert (dated.fields, dated.scopes, dated.pixels) == (plain.fields, plain.scopes, plain.pixels)


@pytest.mark.parametrize("model", [I2V, DATED])
@pytest.mark.parametrize("numbers", list(product([0, 1, 2], [0, 1], [0, 1], [0, 1])))
def test_pictures_clips_and_sounds_go_together_as_documented(model: str, numbers: tuple[int, ...]) -> None:
    """Each of the six sets is taken, every other is refused with all six named (BL-i2v)."""
    types = ("first_frame", "last_frame", "first_clip", "driving_audio")
    counts = dict(zip(types, numbers, strict=True))
    given = frozenset(name for name, count in counts.items() if count)
    words = told(model, media=items(model, **counts))
    if given in PERMITTED and max(numbers) == 1:
        assert words == ""
    else:
        assert f"allowed are: {WRITTEN_SETS}." in words
        assert not given or all(name in words.partition("allowed are")[0] for name in given)


@pytest.mark.parametrize(("images", "videos", "frames"), list(product(range(7), range(7), range(3))))
def test_references_are_one_to_five_and_a_first_frame_besides(images: int, videos: int, frames: int) -> None:
    """Images and videos count together, a first frame alone is not enough (BL-r2v; section 11)."""
    media = items(R2V, reference_image=images, reference_video=videos, first_frame=frames)
    words = told(R2V, media=media)
    assert (words == "") == (1 <= images + videos <= 5 and frames <= 1)
    if words:
        assert "0-5 reference_image, 0-5 reference_video, 0-1 first_frame" in words
        assert "1-5 reference_image + reference_video" in words


@pytest.mark.parametrize(("videos", "images"), list(product(range(3), range(6))))
def test_one_video_is_edited_with_up_to_four_images(videos: int, images: int) -> None:
    """Exactly one video, 0 to 4 images (BL-edit)."""
    words = told(EDIT, media=items(EDIT, video=videos, reference_image=images))
    assert (words == "") == (videos == 1 and images <= 4)
    assert not words or "allowed are: (1 video, 0-4 reference_image)." in words


@pytest.mark.parametrize("model", [I2V, DATED, R2V, EDIT])
@pytest.mark.parametrize("media", [None, [], ()])
def test_media_are_required(model: str, media: object) -> None:
    """Without any, the sentence names the sets there are."""
    assert told(model, media=media).startswith("media is empty; allowed are: ")


def test_a_reference_video_shortens_the_longest() -> None:
    """15 s with images only, 10 s with a video (section 11, "r2v max length")."""
    film = items(R2V, reference_image=1, reference_video=1)
    assert told(R2V, media=items(R2V, reference_image=5), duration=15) == ""
    assert told(R2V, media=film, duration=10) == ""
    for duration in (11, 15):
        [problem] = a_request(R2V, media=film, duration=duration).problems()
        assert problem.message == (
            f"duration is {duration}; with a reference_video among the media it must be at most 10."
        )
        assert (problem.field, problem.limit, problem.value) == ("duration", "≤ 10", duration)


@pytest.mark.parametrize("value", [99, pytest.param(10**5000, id="long")])
def test_a_number_far_outside_breaks_both_limits(value: int) -> None:
    """Bounds and cap are told, even of a number too long to write."""
    found = a_request(R2V, media=items(R2V, reference_video=1), duration=value).problems()
    assert [problem.limit for problem in found] == ["2-15", "≤ 10"]


INLINE = [
    (I2V, "first_frame", True),
    (I2V, "last_frame", True),
    (I2V, "first_clip", False),
    (I2V, "driving_audio", False),
    (R2V, "reference_image", True),
    (R2V, "first_frame", True),
    (R2V, "reference_video", False),
    (EDIT, "reference_image", True),
    (EDIT, "video", False),
]


@pytest.mark.parametrize(("model", "media_type", "allowed"), INLINE)
def test_only_images_go_inside_the_request(model: str, media_type: str, allowed: bool) -> None:  # noqa: FBT001 - a column
    """Images do, for references too; clips and sounds do not (section 2.5; section 11, "base64 for r2v")."""
    field = MODELS[model].field("media")
    assert isinstance(field, MediaField)
    found = field.type(media_type)
    assert found is not None
    url = f"data:{found.rule.kind}/png;base64,AAAA"
    words = " ".join(map(str, field.problems([{"type": media_type, "url": url}])))
    assert ("cannot be sent inside the request" not in words) == allowed


def test_a_voice_belongs_to_references_only() -> None:
    """Each reference may have one, as an address; a first frame and the other models take none."""
    voiced = [{**item, "reference_voice": SOUND} for item in items(R2V, reference_image=1, reference_video=1)]
    assert told(R2V, media=voiced) == ""
    first = [*voiced, {"type": "first_frame", "url": IMAGE, "reference_voice": SOUND}]
    assert "media[2] has the key reference_voice, which first_frame does not take" in told(R2V, media=first)
    edited = [{"type": "video", "url": VIDEO, "reference_voice": SOUND}]
    assert "media[0] has the key reference_voice, which video does not take" in told(EDIT, media=edited)


@pytest.mark.parametrize(
    ("resolution", "sizes"),
    [
        ("720P", ["1280x720", "720x1280", "960x960", "1104x832", "832x1104"]),
        ("1080P", ["1920x1080", "1080x1920", "1440x1440", "1648x1248", "1248x1648"]),
    ],
)
def test_pictures_have_the_documented_pixels(resolution: str, sizes: list[str]) -> None:
    """The table of BL-t2v, BL-r2v."""
    made = [Request(T2V, prompt="x", resolution=resolution, ratio=ratio).size for ratio in RATIOS]
    assert [f"{size[0]}x{size[1]}" for size in made if size] == sizes
