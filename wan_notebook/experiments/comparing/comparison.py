"""Videos beside each other: tasks, files, or the cells of a block of an experiment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from wan_notebook.catalog import SettingError, each, place, text
from wan_notebook.experiments.comparing.clips import Clip, described, facts_of, names_of
from wan_notebook.experiments.planning.scheme import Block
from wan_notebook.experiments.running.cells import CellState, states
from wan_notebook.experiments.voting.panel import Voted
from wan_notebook.tasks import Task
from wan_notebook.widgets.answering import Answer
from wan_notebook.widgets.compare.compare import CompareWidget, Reels
from wan_notebook.widgets.slotted import show

LEAST: Final = 2
MOST: Final = 4
"""Videos that are shown at once."""
WORDS: Final = (
    *(
        "title",
        "view",
        "pair",
        "first",
        "second",
        "with",
        "playing",
        "part",
        "time",
        "frame",
        "ends_at",
        "held",
    ),
    *("speed", "sound", "silent", "line", "mix_wipe", "mix_overlay", "mix_difference", "loading", "broken"),
    *("block", "arm", "add", "remove", "do_pause"),
    *("short_side", "short_wipe", "short_overlay", "short_difference", "short_help"),
    *("do_play", "do_frame_back", "do_frame_on", "do_second_back", "do_second_on", "do_start", "do_end"),
    *("do_slower", "do_faster", "do_loop", "do_in", "do_out", "do_clear"),
    *("do_side", "do_wipe", "do_overlay", "do_difference", "do_less", "do_more", "do_first", "do_second"),
    *("do_sound", "do_full", "do_block_back", "do_block_on", "do_help"),
)
"""The sentences of the player."""


class Comparison:
    """Two to four videos on one clock; a cell that ends with it shows the player.

    Args:
        clips: the videos.

    Attributes:
        widget: the player.

    Raises:
        SettingError: one of the files cannot be read.
    """

    def __init__(self, clips: Sequence[Clip], chooser: Mapping[str, Any] | None = None) -> None:
        self._reels = Reels()
        self._names = [clip.name for clip in clips]
        self.widget = CompareWidget(
            on_ask={"bytes": self._reels.bytes, "choose": self._choose},
            words={word: text(f"compare.player.{word}") for word in WORDS},
            videos=self._described(clips),
            chooser=dict(chooser or {}),
        )

    def _described(self, clips: Sequence[Clip]) -> list[dict[str, Any]]:
        """Return what the page is told of each video."""
        known = [facts_of(clip) for clip in clips]
        return [
            {"key": self._reels.key(clip.file), **described(clip, facts, known)}
            for clip, facts in zip(clips, known, strict=True)
        ]

    def _choose(self, message: Mapping[str, Any], _buffers: Sequence[Any]) -> Answer:
        """Show other videos."""
        clips, chooser = self._chosen(message)
        self._names = [clip.name for clip in clips]
        self.widget.show(self._described(clips), chooser)
        return {}, []

    def _chosen(self, _message: Mapping[str, Any]) -> tuple[list[Clip], dict[str, Any]]:
        raise SettingError(text("compare.error.no_choice"))

    def _ipython_display_(self) -> None:
        show(self.widget, f"{self!r}\n{text('compare.needs_kernel')}")

    def __repr__(self) -> str:
        return text("compare.sentence", names=", ".join(self._names))


class BlockComparison(Comparison):
    """The videos of one block of an experiment, with a choice of the block and of the arms.

    Args:
        experiment: whose videos.
        case: label of the case; any when None.
        seed: the seed; any when None.
        arms: names of the arms; those with a video, up to four, when None.

    Raises:
        SettingError: there is no such case, seed or arm, or there are no two videos of the block yet.
    """

    def __init__(
        self, experiment: Voted, case: str | None, seed: int | None, arms: Iterable[str] | None
    ) -> None:
        self._experiment = experiment
        self._blocks = experiment.design.blocks
        self._saved = self._look()
        wanted = None if arms is None else self._known(arms)
        block = self._first(case, seed, wanted)
        clips = self._clips(block, wanted)
        super().__init__(clips, self._chooser(block))

    def _chosen(self, message: Mapping[str, Any]) -> tuple[list[Clip], dict[str, Any]]:
        block = self._blocks[int(message["block"])]
        self._saved = self._look()
        if message["arms"] is not None:
            return self._clips(block, self._known(message["arms"])), self._chooser(block)
        saved = {state.cell.arm for state in self._saved[block]}
        same = [name for name in self._names if name in saved]
        return self._clips(block, same if len(same) >= LEAST else None), self._chooser(block)

    def _known(self, arms: Iterable[str]) -> list[str]:
        """Return names of arms, each one of the experiment's.

        Raises:
            SettingError: there is no such arm, or they are too few or too many.
        """
        wanted = list(dict.fromkeys(each(arms)))
        unknown = [arm for arm in wanted if arm not in self._experiment.design.arms]
        if unknown:
            known = ", ".join(self._experiment.design.arms)
            raise SettingError(text("compare.error.arm", value=", ".join(map(str, unknown)), known=known))
        _counted(wanted)
        return wanted

    def _first(self, case: str | None, seed: int | None, arms: Sequence[str] | None) -> Block:
        """Return the first block of that case and seed with all videos, else with two, else the first."""
        fitting = [
            block
            for block in self._blocks
            if (case is None or block.case == case) and (seed is None or block.seed == seed)
        ]
        if not fitting:
            known = ", ".join(block.name for block in self._blocks)
            raise SettingError(text("compare.error.block", case=repr(case), seed=repr(seed), known=known))
        needed = set(arms or self._experiment.design.arms)
        saved = {block: {one.cell.arm for one in self._saved[block]} for block in fitting}
        whole = (block for block in fitting if needed <= saved[block])
        some = (block for block in fitting if len(needed & saved[block]) >= LEAST)
        return next(whole, None) or next(some, None) or fitting[0]

    def _look(self) -> dict[Block, list[CellState]]:
        """Return the cells of each block that have a video."""
        known = states(self._experiment.store, self._experiment.design, self._experiment.uid)
        saved = [one for one in known.values() if one.video is not None and one.video.is_file()]
        return {block: [one for one in saved if one.cell.block == block] for block in self._blocks}

    def _clips(self, block: Block, arms: Sequence[str] | None) -> list[Clip]:
        """Return the videos of a block's arms.

        Raises:
            SettingError: one of them, or two of any, have no video yet.
        """
        saved = {state.cell.arm: state for state in self._saved[block]}
        chosen = list(saved)[:MOST] if arms is None else arms
        missing = [arm for arm in chosen if arm not in saved]
        if missing or len(chosen) < LEAST:
            names = ", ".join(missing or [arm for arm in self._experiment.design.arms if arm not in saved])
            raise SettingError(text("compare.error.no_video_of", arms=names, block=block.name))
        return [
            Clip(file=state.video, name=arm, arm=arm, record=state.record)
            for arm in chosen
            if (state := saved[arm]).video is not None
        ]

    def _chooser(self, block: Block) -> dict[str, Any]:
        arms = [state.cell.arm for state in self._saved[block]]
        blocks = [one.name for one in self._blocks]
        return {"blocks": blocks, "block": self._blocks.index(block), "arms": arms, "most": MOST}


def compare(*videos: Task | str | Path) -> Comparison:
    """Show two to four videos on one clock: beside each other, wiped, overlaid, or their difference.

    Args:
        *videos: tasks whose video is saved, or paths of video files.

    Raises:
        SettingError: they are too few or too many, or one has no video; all of those are named.
    """
    _counted(videos)
    missing = [_named(one) for one in videos if not _file(one).is_file()]
    if missing:
        raise SettingError(text("compare.error.no_video", names="; ".join(missing)))
    records = [one.record for one in videos if isinstance(one, Task)]
    names = iter(names_of(records))
    return Comparison([_clip(one, names) for one in videos])


def compare_arms(
    experiment: Voted, *, case: str | None, seed: int | None, arms: Iterable[str] | None
) -> BlockComparison:
    """Show the videos of a block; see `BlockComparison`."""
    return BlockComparison(experiment, case, seed, arms)


def _counted(videos: Sequence[object]) -> None:
    if not LEAST <= len(videos) <= MOST:
        raise SettingError(text("compare.error.count", count=len(videos), least=LEAST, most=MOST))


def _file(video: Task | str | Path) -> Path:
    """Return a video's file; one that is never there for a task without."""
    return (video.video or Path()) if isinstance(video, Task) else place(video)


def _named(video: Task | str | Path) -> str:
    if not isinstance(video, Task):
        return str(video)
    state = text(f"cards.status.{video.status}")
    return text("compare.video.task", id=video.id or f"#{video.row}", state=state)


def _clip(video: Task | str | Path, names: Iterator[str]) -> Clip:
    """Return a task's clip with the next name, or a file's."""
    file = _file(video).resolve()
    if isinstance(video, Task):
        return Clip(file=file, name=next(names), record=video.record)
    return Clip(file=file, name=file.name)
