"""Remarks on the times and numbers of the shots a prompt tells."""

from collections.abc import Container
from itertools import pairwise

from wan_notebook.catalog.problems import Notice
from wan_notebook.catalog.shots import Shot, Storyboard, numbered_shots, read_shots, written_seconds
from wan_notebook.catalog.texts import text


def shot_notices(prompt: str, duration: int | None, durations: Container[int] | None = None) -> list[Notice]:
    """Return remarks on the times and numbers of a prompt's shots, none for a prompt without shots.

    Args:
        prompt: the prompt.
        duration: seconds of the video, None where they are not known.
        durations: seconds the model can make; a mend sets no others. None where that is not known.
    """
    told = numbered_shots(prompt)
    board = read_shots(prompt)
    if board is None:
        return []
    backwards = [
        Notice("prompt", text("shots.notice.backwards", number=number, **_times(shot.start, shot.end)))
        for number, shot in told
        if shot.end <= shot.start
    ]
    # Where a shot ends before it begins, nothing can be said about what lies between the shots.
    times = backwards or [*_joints(board, told), *_length(board, duration, durations)]
    return [*_order(board, told), *times]


def _times(start: float, end: float) -> dict[str, str]:
    """Return both ends of a span for a sentence."""
    return {"start": written_seconds(start), "end": written_seconds(end)}


def _in_time(board: Storyboard) -> Storyboard:
    """Return the shots in the order of their times."""
    return Storyboard(board.intro, tuple(sorted(board.shots, key=lambda shot: shot.start)))


def _joined(board: Storyboard) -> Storyboard:
    """Return the shots without gap or overlap: each lasts until the next begins, the video keeps its length.

    Where two begin together that leaves nothing of one, so they follow each other with the lengths they have.
    """
    told = _in_time(board).shots
    times = [0.0, *(shot.start for shot in told[1:]), told[-1].end]
    if any(start >= following for start, following in pairwise(times)):
        times = [round(sum(shot.length for shot in told[:place]), 3) for place in range(len(told) + 1)]
    kept = (Shot(*span, shot.text) for span, shot in zip(pairwise(times), told, strict=True))
    return Storyboard(board.intro, tuple(kept))


def _order(board: Storyboard, told: list[tuple[int, Shot]]) -> list[Notice]:
    """Remark on numbers that do not count the shots in the order of their times."""
    numbers = [number for number, _ in told]
    ordered = _in_time(board)
    if numbers == list(range(1, len(told) + 1)) and ordered == board:
        return []
    given = ", ".join(map(str, numbers))
    message = text("shots.notice.order", numbers=given, count=len(told))
    return [Notice("prompt", message, {"prompt": ordered.prompt()})]


def _joints(board: Storyboard, told: list[tuple[int, Shot]]) -> list[Notice]:
    """Remark on seconds that no shot tells or two shots tell."""
    mend = {"prompt": _joined(board).prompt()}
    found: list[Notice] = []
    until = 0.0
    for number, shot in sorted(told, key=lambda entry: entry[1].start):
        if shot.start > until:
            message = text("shots.notice.gap", number=number, **_times(until, shot.start))
            found.append(Notice("prompt", message, mend))
        elif shot.start < until:
            message = text("shots.notice.overlap", number=number, **_times(shot.start, min(until, shot.end)))
            found.append(Notice("prompt", message, mend))
        until = max(until, shot.end)
    return found


def _length(board: Storyboard, duration: int | None, durations: Container[int] | None) -> list[Notice]:
    """Remark on shots that end before or after the video does."""
    if duration is None or board.end == duration:
        return []
    message = text("shots.notice.duration", end=written_seconds(board.end), duration=duration)
    if board.end.is_integer() and (durations is None or int(board.end) in durations):
        return [Notice("duration", message, {"duration": int(board.end)})]
    return [Notice("duration", message, _stretched(board, duration))]


def _stretched(board: Storyboard, duration: int) -> dict[str, str] | None:
    """Return the mend that lets the last shot end with the video, None where others end later still."""
    *earlier, last = _in_time(board).shots
    if any(shot.end > duration for shot in earlier) or last.start >= duration:
        return None
    fitted = (*earlier, Shot(last.start, duration, last.text))
    return {"prompt": Storyboard(board.intro, fitted).prompt()}
