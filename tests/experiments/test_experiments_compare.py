"""What a player is given to compare: which videos, in which words, and what it may ask for."""

import itertools
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import wan_notebook as wan
from tests.experiments.outcomes import ARMS, Made, a_plan
from tests.files import clip, picture
from tests.studio import a_studio
from wan_notebook.catalog import VideoState
from wan_notebook.experiments.comparing.comparison import WORDS, BlockComparison, Comparison, compare
from wan_notebook.experiments.experiment import Experiment
from wan_notebook.tasks import Studio
from wan_notebook.widgets.compare.compare import PIECE, Reels

FOUR = {**ARMS, "dark": {"prompt": "{who} at night"}, "wet": {"prompt": "{who} in the rain"}}
FIVE = {**FOUR, "snow": {"prompt": "{who} in the snow"}}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """Give a studio on a simulator."""
    with a_studio(tmp_path) as (studio, _):
        yield studio


def experiment(made: Made) -> Experiment:
    """Return the experiment of such records."""
    return Experiment.kept(made.stored, made.store)


def names(comparison: Comparison) -> list[str]:
    """Return the names of the videos the player has."""
    return [video["name"] for video in comparison.widget.videos]


def ask(comparison: Comparison, kind: str, **message: Any) -> tuple[Mapping[str, Any], list[bytes]]:
    """Ask what the page would ask; return the one reply and its bytes."""
    sent: list[tuple[dict[str, Any], list[bytes]]] = []
    comparison.widget.send = lambda content, buffers=None: sent.append((content, buffers or []))
    comparison.widget._handle_custom_msg({"type": kind, "id": "1", **message}, [])
    (reply,) = sent
    assert (reply[0]["type"], reply[0]["id"]) == ("reply", "1")
    return reply


def test_tasks_are_told_by_what_differs(studio: Studio) -> None:
    """The prompt where prompts differ, the seed where only seeds do; model, seed and cost under each."""
    given: dict[str, Any] = {"duration": 2, "resolution": "720P"}
    places = ("forest", "city")
    tasks = [
        studio.submit(wan.Request("wan2.7-t2v", prompt=f"A fox in a {place}", seed=seed, **given)).wait()
        for place, seed in itertools.product(places, (7, 8))
    ]
    forest, _, city, other = tasks
    assert names(compare(forest, city)) == ["A fox in a forest", "A fox in a city"]
    assert names(compare(city, other)) == ["seed 7", "seed 8"]
    assert names(compare(city, city)) == ["wan2.7-t2v", "wan2.7-t2v"]
    shown = compare(forest, city)
    assert shown.widget.videos[0]["line"] == "wan2.7-t2v · seed 7 · 1.20 CNY (simulated)"
    assert shown.widget.videos[0]["facts"] == "1280×720 · 2 s · 30 pictures/s"
    assert repr(shown) == "Comparing A fox in a forest, A fox in a city"
    assert "forest" not in shown.widget.videos[0]["key"]
    answer, pieces = ask(shown, "bytes", url=shown.widget.videos[0]["key"], start=0)
    assert forest.video
    assert (answer["size"], b"".join(pieces)) == (forest.video.stat().st_size, forest.video.read_bytes())


def test_tasks_without_a_video_are_named_all(studio: Studio, tmp_path: Path) -> None:
    """In one sentence, with the state each is in, and a missing file by its name."""
    task = studio.submit(wan.Request("wan2.7-t2v", prompt="A fox", duration=2)).wait()
    assert task.video
    task.video.unlink()
    with pytest.raises(wan.SettingError) as caught:
        compare(task, clip(tmp_path), tmp_path / "none.mp4")
    assert f"{task.id} (Finished); {tmp_path / 'none.mp4'}. Wait" in str(caught.value)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_so_many_cannot_be_compared(tmp_path: Path, count: int) -> None:
    """The error says how many can."""
    with pytest.raises(wan.SettingError, match=f"{count} videos cannot be compared: give 2 to 4"):
        compare(*[clip(tmp_path)] * count)


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    """A picture, and a file that is nothing at all."""
    film = clip(tmp_path)
    nothing = tmp_path / "nothing.mp4"
    nothing.write_bytes(b"no video")
    with pytest.raises(wan.SettingError, match=r'"girl.png" cannot be compared: it is png'):
        compare(film, picture(tmp_path))
    with pytest.raises(wan.SettingError, match=r'"nothing.mp4" cannot be shown'):
        compare(film, nothing)


def test_differences_are_said_in_words(tmp_path: Path) -> None:
    """Another shape, fewer pixels, an earlier end; nothing of the one that has most."""
    wide = clip(tmp_path, "wide.mp4", seconds=2, size=(320, 180))
    small = clip(tmp_path, "small.mp4", seconds=2, size=(160, 90))
    high = clip(tmp_path, "high.mp4", seconds=1, size=(180, 320), sound=False)
    notes = [video["notes"] for video in wan.compare(wide, small, str(high)).widget.videos]
    assert notes[:2] == [[], ["Enlarged: it has fewer pixels than the largest of them."]]
    assert notes[2] == [
        "Black bars: it is narrower than the widest of them.",
        "Ends at 1 s and holds its last picture.",
    ]


def test_a_video_comes_in_pieces_under_its_key(tmp_path: Path) -> None:
    """Whole, and only files that are shown; one that vanished is an error's sentence."""
    file = tmp_path / "long.mp4"
    content = bytes(range(256)) * (PIECE // 256) + b"end"
    file.write_bytes(content)
    reels = Reels()
    key = reels.key(file)
    assert reels.key(file) == key
    (first, begin), (second, rest) = (reels.bytes({"url": key, "start": start}) for start in (0, PIECE))
    assert first == second == {"size": len(content), "mime": "video/mp4"}
    assert b"".join(begin + rest) == content
    assert "error" in reels.bytes({"url": str(file), "start": 0})[0]
    file.unlink()
    assert "error" in reels.bytes({"url": key, "start": 0})[0]


def test_the_first_whole_block_is_shown(tmp_path: Path) -> None:
    """A block with all videos is preferred to one that lacks some; a case or a seed narrows the choice."""
    made = Made(tmp_path, a_plan(arms=FOUR))
    for cell in made.plan.cells:
        missing = cell.block.seed == 1 and cell.arm == "wet"
        state = VideoState.EXPIRED if missing else VideoState.SAVED
        made.cell(cell, video_state=state)
    exp = experiment(made)
    shown = exp.compare()
    assert names(shown) == list(FOUR)
    assert shown.widget.chooser["block"] == 1
    assert shown.widget.chooser["blocks"][1] == "a fox · seed 2"
    assert shown.widget.videos[0]["prompt"] == "a fox in a forest"
    assert exp.compare(case="a robot").widget.chooser["block"] == 4
    three = exp.compare(case="a robot", seed=1)
    assert (three.widget.chooser["block"], names(three)) == (3, ["plain", "light", "dark"])
    assert names(exp.compare(arms=["wet", "plain"])) == ["wet", "plain"]
    assert exp.compare(arms=["plain", "dark"]).widget.chooser["block"] == 0


def test_a_choice_brings_other_videos(tmp_path: Path) -> None:
    """Another block with the arms that are shown, other arms of it; what cannot be shown is said."""
    made = Made(tmp_path, a_plan(arms=FIVE, seeds=[1, 2])).run(cost=Decimal("0.60"))
    shown = experiment(made).compare(arms=["wet", "snow"])
    assert ask(shown, "choose", block=3, arms=None)[0].keys() == {"type", "id"}
    assert (names(shown), shown.widget.chooser["block"]) == (["wet", "snow"], 3)
    assert shown.widget.videos[0]["prompt"] == "a robot in the rain"
    ask(shown, "choose", block=0, arms=["plain", "light", "snow"])
    assert (names(shown), shown.widget.chooser["block"]) == (["plain", "light", "snow"], 0)
    assert shown.widget.chooser["arms"] == list(FIVE)
    for wrong in (["plain"], list(FIVE), ["plain", "none"]):
        assert "error" in ask(shown, "choose", block=0, arms=wrong)[0]
    assert names(shown) == ["plain", "light", "snow"]
    assert len(experiment(made).compare().widget.videos) == 4


def test_arms_that_have_no_video_there_give_way(tmp_path: Path) -> None:
    """A block in which the shown arms lack videos shows those it has; with fewer than two it says so."""
    made = Made(tmp_path, a_plan(arms=FOUR, cases=(), seeds=[1, 2, 3]))
    for cell in made.plan.cells:
        if cell.block.seed == 1 or (cell.block.seed == 2 and cell.arm in {"dark", "wet"}):
            made.cell(cell)
    shown = experiment(made).compare(arms=["plain", "light"])
    ask(shown, "choose", block=1, arms=None)
    assert names(shown) == ["dark", "wet"]
    error = ask(shown, "choose", block=2, arms=None)[0]["error"]
    assert "Of seed 3 there is no saved video of plain, light, dark, wet yet" in error
    assert names(shown) == ["dark", "wet"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"case": "a cat"}, "no block with case='a cat' and seed=None; the blocks are: a fox · seed 1"),
        ({"seed": 9}, "no block with case=None and seed=9"),
        ({"arms": ["plain", "none"]}, "There is no arm none; the arms are: plain, light"),
        ({"arms": "plain"}, "1 videos cannot be compared"),
    ],
)
def test_an_unknown_part_is_named(tmp_path: Path, wanted: dict[str, Any], said: str) -> None:
    """With what there is."""
    exp = experiment(Made(tmp_path).run())
    with pytest.raises(wan.SettingError, match=said):
        exp.compare(**wanted)


def test_nothing_is_there_before_the_run(tmp_path: Path) -> None:
    """The sentence says where to look."""
    with pytest.raises(wan.SettingError, match=r"no saved video of plain, light yet: look at .* run\(\)"):
        experiment(Made(tmp_path)).compare()


def test_nothing_but_words_lies_in_traits(tmp_path: Path) -> None:
    """No path and no bytes are in the state a notebook file could keep."""
    shown = BlockComparison(experiment(Made(tmp_path).run()), None, None, None)
    state = json.dumps(shown.widget.get_state(["words", "videos", "chooser"]))
    assert str(tmp_path) not in state
    assert "wan_videos" not in state
    assert len(state) < 5_000
    assert set(shown.widget.words) == set(WORDS)


def test_no_other_video_can_be_chosen_among_tasks(tmp_path: Path) -> None:
    """A page that asks all the same is told so."""
    shown = compare(clip(tmp_path), clip(tmp_path, "other.mp4"))
    assert "nothing else to choose" in ask(shown, "choose", block=0, arms=None)[0]["error"]
