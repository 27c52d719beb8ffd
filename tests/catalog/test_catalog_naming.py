"""Names of references: which words are names, what they stand for, what is remarked on and mended."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wan_notebook.catalog.naming import CHARACTER, COUNTED, Mention, mentions, names, rename
from wan_notebook.catalog.naming_notices import naming_notices
from wan_notebook.catalog.problems import Notice

KINDS = ["image", "image", "video", None, "image", "image"]
SCHEMES = st.sampled_from([COUNTED, CHARACTER])
ITEMS = st.lists(st.sampled_from(["image", "video", None]), max_size=5)
WORDS = ["Image", "image ", "Video ", "图", "图片 ", "视频", "character", "Character ", "1", "2", "7", "12"]
OTHERS = [
    " ",
    "，",
    ".",
    "的",
    "地",
    "A",
    "s",
    "'s",
    " seconds",
    "p",
    ":9",
    "\n",
    "holds ",
    "坐在",
    "_",
    "ſ",
    "İ",
]
PROMPTS = st.lists(st.sampled_from(WORDS + OTHERS), max_size=14).map("".join)


def spelled(prompt: str, scheme: str) -> list[str]:
    """Return the names found in a prompt, as they stand there."""
    return [prompt[mention.start : mention.end] for mention in mentions(prompt, scheme)]


def notices(
    prompt: str, kinds: list[str | None], scheme: str = COUNTED, *, must_name: bool = True
) -> list[Notice]:
    """Return the remarks on a prompt of a model that needs its references named."""
    return naming_notices(prompt, kinds, scheme, must_name=must_name)


def mended(notice: Notice) -> str:
    """Return the prompt a remark proposes."""
    assert notice.mend is not None
    assert notice.mend.keys() == {"prompt"}
    return str(notice.mend["prompt"])


def test_images_and_videos_are_counted_apart() -> None:
    """The newer family's names follow each kind's own order; a first frame has none."""
    wanted = ["Image 1", "Image 2", "Video 1", None, "Image 3", "Image 4"]
    assert names(KINDS, COUNTED, "A fox") == wanted


def test_a_chinese_prompt_gets_chinese_names() -> None:
    """What is inserted fits what is written."""
    assert names(KINDS, COUNTED, "狐狸在雨里跑") == ["图1", "图2", "视频1", None, "图3", "图4"]


def test_names_stay_in_the_language_of_those_there_are() -> None:
    """A Chinese prompt that already says Image 1 goes on like that, and the other way round."""
    assert names(["image", "video"], COUNTED, "狐狸 Image 1 在雨里跑") == ["Image 1", "Video 1"]
    assert names(["image", "video"], COUNTED, "The fox in 图1 runs over the hill") == ["图1", "视频1"]


@pytest.mark.parametrize("prompt", ["A fox", "狐狸在雨里跑"])
def test_the_older_family_counts_all_together(prompt: str) -> None:
    """Every reference is a character, in any language."""
    wanted = ["character1", "character2", "character3", None, "character4", "character5"]
    assert names(KINDS, CHARACTER, prompt) == wanted


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Image 1 and Video 2", ["Image 1", "Video 2"]),
        ("image1, IMAGE 2; Image3.", ["image1", "IMAGE 2", "Image3"]),
        ("图1、图 2和图片3，图片 4", ["图1", "图 2", "图片3", "图片 4"]),
        ("视频1抱着图3，视频 2", ["视频1", "图3", "视频 2"]),
        ("图1中的人", ["图1"]),
        ("图10", ["图10"]),
        ("Image 1's coat", ["Image 1"]),
        ("in the rain.Image 1.Then", ["Image 1"]),
        ("Image 1 stands, Image 2 sits", ["Image 1", "Image 2"]),
        ("Video 1: she waves", ["Video 1"]),
        ("如图1所示，图1张嘴", ["图1", "图1"]),
    ],
)
def test_names_of_the_newer_family(prompt: str, wanted: list[str]) -> None:
    """Spellings the service documents, and those next to them."""
    assert spelled(prompt, COUNTED) == wanted


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "an image 1080p wide",
        "Image 1080",
        "image 720*1280",
        "Video 16:9",
        "视频16：9",
        "image 3D",
        "video 4K",
        "Imaged 1",
        "Images 2",
        "my_image 1",
        "reimage 1",
        "Image 0",
        "image 1.5 wide",
        "see image1.png",
        "a video 5 seconds long",
        "a video 5s long",
        "视频5秒",
        "video 50% faster",
        "地图1和截图2",
        "Image\n1",
        "the 1st image",
        "character1",
    ],
)
def test_ordinary_words_are_no_names(prompt: str) -> None:
    """Sizes, ratios, durations, files and maps are left alone."""
    assert spelled(prompt, COUNTED) == []


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("character1's hat, Character2", ["character1", "Character2"]),
        ("Character2 坐在窗边，character3旁", ["Character2", "character3"]),
        ("character 1", ["character 1"]),
        ("characters 2, characterful1, 3 characters", []),
        ("Image 1, 图1", []),
    ],
)
def test_names_of_the_older_family(prompt: str, wanted: list[str]) -> None:
    """With a capital or not, with a space or not."""
    assert spelled(prompt, CHARACTER) == wanted


def test_a_mention_tells_where_it_stands() -> None:
    """Kind, number and place, in the order of the prompt."""
    found = mentions("视频2抱着 Image 1", COUNTED)
    assert found == [Mention("video", 2, 0, 3), Mention("image", 1, 6, 13)]


@pytest.mark.parametrize(
    ("prompt", "kinds"),
    [
        ("Video 1 holds Image 1.", ["video", "image"]),
        ("The fox of the picture runs.", ["image"]),
        ("The fox runs.", [None, "image"]),
        ("", ["image", "video"]),
        ("Two people: character 1 in red, character 2 in blue, both from Image 1", ["image"]),
        ("a video 16:9", []),
    ],
)
def test_what_is_right_brings_no_remark(prompt: str, kinds: list[str | None]) -> None:
    """One reference needs no name, an empty prompt no remark, and a numbered person is no reference."""
    assert notices(prompt, kinds) == []


def test_a_name_without_an_item() -> None:
    """The nearest there is takes its place, everywhere."""
    (notice,) = notices("Image 3 runs. Then Image 3 and Image 1 sit.", ["image"])
    assert str(notice) == (
        "Image 3 is named in the prompt, but there is only 1 image; write Image 1 or add an image."
    )
    assert notice.field == "prompt"
    assert mended(notice) == "Image 1 runs. Then Image 1 and Image 1 sit."


def test_a_name_beyond_several_items() -> None:
    """The sentence counts them, the last is the nearest."""
    (notice,) = notices("图1、图2和图5，视频1", ["image", "video", "image"])
    assert "only 2 images; write 图2" in str(notice)
    assert mended(notice) == "图1、图2和图2，视频1"


@pytest.mark.parametrize(
    ("prompt", "kinds", "scheme", "message"),
    [
        ("Video 1 runs", ["image"], COUNTED, "Video 1 is named in the prompt, but there is no video"),
        ("character1 runs", [], CHARACTER, "there is no reference"),
        ("图1", [], CHARACTER, "there is no image"),
    ],
)
def test_a_name_of_a_kind_there_is_none_of(
    prompt: str, kinds: list[str | None], scheme: str, message: str
) -> None:
    """Nothing can take its place, so there is no mend."""
    (notice,) = notices(prompt, kinds, scheme)
    assert message in str(notice)
    assert notice.mend is None


def test_items_never_named() -> None:
    """Their names come to the end of the prompt, to be moved where they belong."""
    (notice,) = notices("Image 1 runs.", ["image", "image", None, "video"])
    assert str(notice).startswith("Not named in the prompt: Image 2, Video 1;")
    assert mended(notice) == "Image 1 runs. Image 2, Video 1"


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("狐狸在跑", "狐狸在跑，图1、视频1"),
        ("狐狸在跑。\n", "狐狸在跑。图1、视频1"),
        ("看地", "看地，图1、视频1"),
    ],
)
def test_items_never_named_in_chinese(prompt: str, wanted: str) -> None:
    """The names are set off as Chinese does."""
    (notice,) = notices(prompt, ["image", "video"])
    assert mended(notice) == wanted


def test_a_model_may_need_no_names() -> None:
    """Only what is wrong is then remarked on."""
    assert notices("A fox runs", ["image", "image"], must_name=False) == []
    assert len(notices("Image 3 runs", ["image", "image"], must_name=False)) == 1


def test_names_of_the_older_family_in_a_newer_prompt() -> None:
    """They are rewritten by the order of the references, and count as named."""
    (notice,) = notices("Character1 hugs character3's dog, character2 too", ["video", "image", "image"])
    assert "names of wan2.6 (Character1, character3, character2)" in str(notice)
    assert "write Video 1, Image 2, Image 1." in str(notice)
    assert mended(notice) == "Video 1 hugs Image 2's dog, Image 1 too"


def test_names_of_the_newer_family_in_an_older_prompt() -> None:
    """The other way round, in Chinese too."""
    (notice,) = notices("视频1抱着图 1", ["image", "video"], CHARACTER)
    assert "names of wan2.7 (视频1, 图 1)" in str(notice)
    assert mended(notice) == "character2抱着character1"


def test_a_name_of_the_other_family_without_an_item() -> None:
    """Both faults are settled at once: the nearest reference, under its right name."""
    (notice,) = notices("character5 runs to Image 1", ["image", "video"], must_name=False)
    assert str(notice).startswith("character5 is named in the prompt, but there are only 2 references;")
    assert mended(notice) == "Video 1 runs to Image 1"


def test_a_prompt_moves_to_the_newer_family() -> None:
    """Every name of an item is rewritten, in the language asked for; a name of none is left."""
    prompt = "Character1 waves to character 2, not to character9."
    kinds = ["video", None, "image"]
    assert rename(prompt, kinds, CHARACTER, COUNTED) == "Video 1 waves to Image 1, not to character9."
    assert rename(prompt, kinds, CHARACTER, COUNTED, "zh") == "视频1 waves to 图1, not to character9."


def test_new_names_do_not_grow_together_with_words() -> None:
    """A space keeps a name apart where the old one needed none."""
    assert rename("T图1图2", ["image", "image"], COUNTED, CHARACTER) == "T character1 character2"
    assert rename("草地character1", ["image"], CHARACTER, COUNTED) == "草地 图1"


@given(
    st.sampled_from(["en", "zh"]),
    st.lists(st.sampled_from(["image", "video"]), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from([" ", " runs, ", "、", "抱着", "'s dog. ", "\n"]))),
)
def test_names_moved_there_and_back_are_the_same(
    language: str, kinds: list[str | None], parts: list[tuple[int, str]]
) -> None:
    """A prompt in the usual spellings survives the other scheme."""
    written = dict(enumerate(names(kinds, COUNTED, "A fox" if language == "en" else "狐狸")))
    prompt = "".join(f"{written[place % len(kinds)]}{words}" for place, words in parts)
    there = rename(prompt, kinds, COUNTED, CHARACTER)
    assert len(mentions(there, CHARACTER)) == len(parts)
    assert rename(there, kinds, CHARACTER, COUNTED, language) == prompt


@given(PROMPTS, ITEMS, SCHEMES)
@example("地character1", ["image", "image"], COUNTED)
def test_a_mend_settles_its_remark(prompt: str, kinds: list[str | None], scheme: str) -> None:
    """Whatever is mended is not remarked on again, and mending all of it ends."""
    for notice in notices(prompt, kinds, scheme):
        if notice.mend is not None:
            left = [str(other) for other in notices(mended(notice), kinds, scheme)]
            assert str(notice) not in left
    for _ in range(20):
        open_mends = [notice for notice in notices(prompt, kinds, scheme) if notice.mend]
        prompt = mended(open_mends[0]) if open_mends else prompt
    assert all(notice.mend is None for notice in notices(prompt, kinds, scheme))


@given(PROMPTS, ITEMS, SCHEMES)
def test_names_are_their_own_mentions(prompt: str, kinds: list[str | None], scheme: str) -> None:
    """What is proposed for each item is read back as that item, in order."""
    written = [name for name in names(kinds, scheme, prompt) if name is not None]
    assert spelled(" ".join(written), scheme) == written
    assert len(set(written)) == len(written)
