"""Shots are written as the service documents them, read as people write them, and their times checked."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.prompt_language import prompt_language
from wan_notebook.catalog.shot_notices import shot_notices
from wan_notebook.catalog.shots import MARK, Shot, Storyboard, read_shots, shots

LETTERS = st.text(st.sampled_from("aZ 1.:：\n狐镜头第个shotSHOT[]0-s秒()【"), max_size=30)
WORDS = (LETTERS | st.text(max_size=30)).map(str.strip).filter(lambda words: not MARK.search(words))
TENTHS = st.integers(1, 6000).map(lambda tenths: tenths / 10)
PAIRS = st.lists(st.tuples(TENTHS, WORDS.filter(bool)), min_size=1, max_size=6)
SPANS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 20), st.integers(1, 19)), min_size=1, max_size=5)


def board(prompt: str) -> Storyboard:
    """Return the storyboard of a prompt that has one."""
    found = read_shots(prompt)
    assert found is not None
    return found


def test_shots_follow_each_other() -> None:
    """The numbers given are lengths; the prompt tells from when to when."""
    assert shots((2, "A fox wakes."), (4, "It runs.")) == (
        "Shot 1 [0-2s]: A fox wakes.\nShot 2 [2-6s]: It runs."
    )


def test_what_holds_for_all_shots_comes_first() -> None:
    """An introduction stands on its own line, its blanks cut off."""
    assert shots((2.5, " A fox "), intro=" Warm light. ") == "Warm light.\nShot 1 [0-2.5s]: A fox"


def test_chinese_texts_get_chinese_marks() -> None:
    """The language is that of the texts."""
    assert shots((2, "狐狸醒来。"), (0.5, "它跑了。")) == (
        "第1个镜头[0-2秒]：狐狸醒来。\n第2个镜头[2-2.5秒]：它跑了。"
    )


def test_the_language_of_the_marks_can_be_chosen() -> None:
    """A choice wins over the texts."""
    assert shots((2, "A fox"), language="zh") == "第1个镜头[0-2秒]：A fox"
    assert shots((2, "狐狸"), language="en") == "Shot 1 [0-2s]: 狐狸"


@pytest.mark.parametrize(
    ("prompt", "language"),
    [
        ("", "en"),
        ("A fox says 你好 to the moon", "en"),
        ("一位女士穿着 T-shirt", "zh"),
        ("Character2 坐在靠窗的椅子上", "zh"),
        ("🦊", "en"),
    ],
)
def test_the_larger_part_decides_the_language(prompt: str, language: str) -> None:
    """A few words of the other language do not turn a prompt."""
    assert prompt_language(prompt) == language


@given(PAIRS, WORDS, st.sampled_from([None, "en", "zh"]))
def test_what_is_written_is_read_back(
    pairs: list[tuple[float, str]], intro: str, language: str | None
) -> None:
    """Lengths, texts and introduction come back exactly, without a remark."""
    prompt = shots(*pairs, intro=intro, language=language)
    told = board(prompt)
    assert [(shot.length, shot.text) for shot in told.shots] == pairs
    assert told.intro == intro
    assert told.prompt(language) == prompt
    assert shot_notices(prompt, None) == []


def test_numbers_of_other_kinds_are_lengths_too() -> None:
    """Those of numpy and fractions count."""
    given_lengths: tuple[Any, ...] = (np.int64(2), np.float64(0.5), Fraction(1, 2))
    told = board(shots(*((length, "a fox") for length in given_lengths)))
    assert [shot.length for shot in told.shots] == [2, 0.5, 0.5]


@pytest.mark.parametrize(
    "length",
    [
        0,
        -1,
        0.05,
        600.1,
        10**400,
        2.25,
        1 / 3,
        float("nan"),
        float("inf"),
        -float("inf"),
        True,
        "2",
        None,
        2j,
    ],
)
def test_a_length_that_cannot_be_is_refused(length: Any) -> None:
    """The message has the shot, the value and the limits."""
    with pytest.raises(SettingError, match=r"Shot 2 lasts .* from 0\.1 to 600, in steps of 0\.1") as refused:
        shots((1, "A fox"), (length, "It runs"))
    assert repr(length) in str(refused.value)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], "has no shots"),
        ([5], r"Shot 1 is 5; it must be a pair"),
        (["ab"], "Shot 1 is 'ab'"),
        ([(2, "a", "b")], "must be a pair"),
        ([(2, "")], "Shot 1 tells ''"),
        ([(2, " \n")], "must be text"),
        ([(2, 7)], "Shot 1 tells 7"),
        ([(2, "a"), (2, "b Shot 3 [1-2s]: c")], r"Shot 2 has the mark .*'Shot 3 \[1-2s\]:'"),
    ],
)
def test_what_is_no_shot_is_refused(pairs: list[Any], message: str) -> None:
    """One sentence says which and why."""
    with pytest.raises(SettingError, match=message):
        shots(*pairs)


@pytest.mark.parametrize(
    ("intro", "message"), [(None, "intro is None"), ("镜头1【0-2秒】", "intro has the mark")]
)
def test_an_introduction_that_cannot_be_is_refused(intro: Any, message: str) -> None:
    """It is text without marks."""
    with pytest.raises(SettingError, match=message):
        shots((2, "A fox"), intro=intro)


def test_marks_in_a_language_there_is_not_are_refused() -> None:
    """The message names those there are."""
    with pytest.raises(SettingError, match=r"'fr'.*en, zh"):
        shots((2, "A fox"), language="fr")


@pytest.mark.parametrize(
    "mark",
    [
        "Shot 1 [0-2s]:",
        "shot 1 (0-2s)",
        "SHOT 1: [0–2 s]",
        "Shot #1 [0s - 2s]",
        "Shot1[0.0-2.0 sec]",
        "Shot 1 (0 to 2 seconds):",
        "Shot 1 [0-2]",
        "第1个镜头[0-2秒]：",
        "第一个镜头【0秒-2秒】",
        "第 1 镜头（0～2秒）",
        "镜头1【0-2秒】",
        "镜头一：[0至2秒]",
        "分镜1：（0到2秒）：",
    ],
)
def test_shots_written_by_hand_are_read(mark: str) -> None:
    """The spellings people use mean the same."""
    assert read_shots(f"Festive.{mark} A fox wakes.") == Storyboard("Festive.", (Shot(0, 2, "A fox wakes."),))


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "A fox in the rain",
        "Shot 1: a fox. Shot 2: it runs.",
        "screenshot 1 [0-2s]",
        "Shot on film (2-4 people)",
        "Shot 1 [0-2",
        "Shot 1 [0 - 2 s" + " " * 5000,
        "Shot" + " " * 5000,
        "第1个人[0-2岁]",
    ],
)
def test_ordinary_text_is_no_storyboard(prompt: str) -> None:
    """Without a shot and its times there is nothing to read, and nothing to remark."""
    assert read_shots(prompt) is None
    assert shot_notices(prompt, 5) == []


def test_the_editor_may_hold_a_shot_without_words() -> None:
    """A shot just added is written and read back empty."""
    empty = Storyboard("", (Shot(0, 2, ""), Shot(2, 4, "")))
    assert read_shots(empty.prompt()) == empty
    assert Storyboard("", ()).end == 0
    assert empty.end == 4


def test_shots_that_fill_the_video_bring_no_remark() -> None:
    """Nothing to say about what is right."""
    assert shot_notices(shots((2, "a"), (3, "b")), 5) == []


def test_the_duration_is_mended() -> None:
    """A whole second becomes the duration."""
    (notice,) = shot_notices(shots((2, "a"), (4, "b")), 5)
    assert str(notice) == "The shots end at 6 s, the video at 5 s; both should be the same."
    assert (notice.field, notice.mend) == ("duration", {"duration": 6})


@pytest.mark.parametrize(("last", "durations"), [(4.5, None), (18, range(2, 16))])
def test_the_last_shot_is_mended_where_the_duration_cannot_be(last: float, durations: range | None) -> None:
    """Half seconds, or more than the model makes, leave the duration alone."""
    (notice,) = shot_notices(shots((2, "a"), (last, "b")), 5, durations)
    assert notice.mend == {"prompt": "Shot 1 [0-2s]: a\nShot 2 [2-5s]: b"}


def test_shots_far_beyond_the_video_have_no_mend() -> None:
    """Nothing is left of a shot that begins when the video is over."""
    (notice,) = shot_notices(shots((5.5, "a"), (1, "b")), 5)
    assert notice.mend is None


@pytest.mark.parametrize(
    ("prompt", "message", "mended"),
    [
        (
            "Shot 1 [0-2s] a Shot 2 [3-5s] b",
            "from 2 to 3 s, before shot 2",
            "Shot 1 [0-3s]: a\nShot 2 [3-5s]: b",
        ),
        ("Shot 1 [1-5s] a", "from 0 to 1 s, before shot 1", "Shot 1 [0-5s]: a"),
        ("Shot 1 [0-3s] a Shot 2 [2-5s] b", "both tell 2 to 3 s", "Shot 1 [0-2s]: a\nShot 2 [2-5s]: b"),
        ("Shot 1 [0-2s] a Shot 2 [0-3s] b", "both tell 0 to 2 s", "Shot 1 [0-2s]: a\nShot 2 [2-5s]: b"),
        ("Shot 2 [0-2s] a Shot 1 [2-5s] b", "numbered 2, 1;", "Shot 1 [0-2s]: a\nShot 2 [2-5s]: b"),
        ("Shot 2 [2-5s] b Shot 1 [0-2s] a", "numbered 2, 1;", "Shot 1 [0-2s]: a\nShot 2 [2-5s]: b"),
        ("第二个镜头[0-5秒]：狐狸在跑", "numbered 2;", "第1个镜头[0-5秒]：狐狸在跑"),
    ],
)
def test_times_and_numbers_are_mended(prompt: str, message: str, mended: str) -> None:
    """One remark, and one click that settles it."""
    (notice,) = [notice for notice in shot_notices(prompt, 5) if notice.field == "prompt"]
    assert message in str(notice)
    assert notice.mend == {"prompt": mended}


def test_a_shot_that_ends_before_it_begins_is_told() -> None:
    """What was meant cannot be known, and nothing is said about the rest."""
    (notice,) = shot_notices("Shot 1 [2-0s] a Shot 2 [3-4s] b", 5)
    assert str(notice).startswith("Shot 1 begins at 2 s and ends at 0 s;")
    assert notice.mend is None


@given(SPANS, st.integers(2, 15))
def test_a_mend_settles_its_remark(spans: list[tuple[int, int, int]], duration: int) -> None:
    """Whatever is mended is not remarked on again."""
    marks = [
        f"Shot {number} [{start / 2:g}-{(start + length) / 2:g}s]: fox {number}"
        for number, start, length in spans
    ]
    notices = shot_notices(" ".join(marks), duration)
    assume(notices)
    for notice in notices:
        changed = {"prompt": " ".join(marks), "duration": duration, **(notice.mend or {})}
        left = [str(other) for other in shot_notices(changed["prompt"], changed["duration"])]
        assert notice.mend is None or str(notice) not in left
