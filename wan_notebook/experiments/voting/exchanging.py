"""Votes to a file and back, all or none: what cannot be right is told, every bit of it at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any, Final

from wan_notebook.catalog import SettingError, place, text
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.experiments.voting.panel import MOST, Voted, printable
from wan_notebook.experiments.voting.vote_files import COLUMNS, Row, read, write
from wan_notebook.records import Choice, Vote, Votes

LONGEST: Final = {"vote_id": 200, "voter": MOST["voter"], "question": MOST["question"]}
"""Characters of the texts that must not be empty."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        new: votes that were added.
        known: votes that were there already.
    """

    new: int
    known: int

    def __repr__(self) -> str:
        return text("vote.file.imported", new=self.new, known=self.known)


def export_votes(experiment: Voted, path: Path | str) -> Path:
    """Write the votes that count to a file; a file that is there is replaced.

    Args:
        experiment: whose votes.
        path: ends in .csv or .json.

    Returns:
        The file, absolute.

    Raises:
        SettingError: it cannot be written.
    """
    target = place(path).absolute()
    votes = Votes(experiment.store).of(experiment.uid) if experiment.uid else []
    write(target, [_row(vote) for vote in votes])
    return target


def import_votes(experiment: Voted, path: Path | str) -> Imported:
    """Add the votes of a file, all or none. One that is here already, by its id, is left as it is.

    Args:
        experiment: what they are about: their arms and blocks must be its own.
        path: a file `export_votes` has written, ending in .csv or .json.

    Raises:
        SettingError: the experiment was not run yet, or there are problems in the file; all are named.
    """
    uid, plan, store = experiment.uid, experiment.design, Votes(experiment.store)
    if uid is None:
        raise SettingError(text("vote.error.not_run", name=plan.name))
    source = place(path).absolute()
    rows = read(source)
    problems = [(number, what) for number, row in enumerate(rows, 1) for what in _problems(row, plan)]
    if not problems:
        votes = [_vote(row, uid) for row in rows]
        problems = list(_conflicts(votes, store.of(uid), store.known([vote.vote_id for vote in votes])))
    if problems:
        listed = "\n".join(text("vote.file.problem", number=number, what=what) for number, what in problems)
        count = len({number for number, _ in problems})
        raise SettingError(text("vote.file.problems", file=source, count=count, problems=listed))
    votes.sort(key=lambda vote: vote.voted_at)  # early looks go by the order votes came in
    new = store.add(*votes)
    return Imported(new, len(votes) - new)


def _row(vote: Vote) -> Row:
    values = {name: getattr(vote, name) for name in COLUMNS}
    times = {name: values[name].isoformat() for name in ("shown_at", "voted_at")}
    return {**values, **times, "choice": vote.choice.value}


def _vote(row: Row, experiment: str) -> Vote:
    """Return the vote of a row without problems."""
    values: dict[str, Any] = {name: row[name] for name in COLUMNS}
    for name, convert in _CONVERTED.items():
        values[name] = convert(str(row[name]))
    return Vote(experiment=experiment, **values)


_CONVERTED: Final[Mapping[str, Any]] = {
    "seed": int,
    "choice": Choice,
    "shown_at": datetime.fromisoformat,
    "voted_at": datetime.fromisoformat,
    "watch_s": float,
}


_TEXTS: Final = frozenset(COLUMNS) - {"seed", "watch_s"}


def _problems(row: Row, plan: Plan) -> Iterator[str]:
    """Yield everything that is wrong with a row by itself."""
    missing = [
        name for name in COLUMNS if row[name] is None or (name in _TEXTS and not isinstance(row[name], str))
    ]
    yield from (text("vote.file.missing", column=name) for name in missing)
    if missing:
        return
    yield from _wrong_texts(row)
    for side in ("left", "right"):
        if row[side] not in plan.arms:
            yield text("vote.file.arm", value=repr(row[side]), known=", ".join(map(repr, plan.arms)))
    if row["left"] == row["right"]:
        yield text("vote.file.same")
    blocks = {(block.case, str(block.seed)) for block in plan.blocks}
    if (row["case"], str(row["seed"])) not in blocks:
        yield text("vote.file.block", case=repr(row["case"]), seed=row["seed"])
    if row["choice"] not in set(Choice):
        yield text("vote.file.choice", value=repr(row["choice"]), known=", ".join(Choice))
    yield from _wrong_times(row)


def _wrong_texts(row: Row) -> Iterator[str]:
    for name, most in LONGEST.items():
        if not printable(row[name], most):
            yield text("vote.file.text", column=name, value=repr(row[name]), most=most)
    if row["criterion"] and not printable(row["criterion"], MOST["criteria"]):
        yield text("vote.file.text", column="criterion", value=repr(row["criterion"]), most=MOST["criteria"])


def _wrong_times(row: Row) -> Iterator[str]:
    times = {name: _moment(row[name]) for name in ("shown_at", "voted_at")}
    yield from (
        text("vote.file.time", column=name, value=repr(row[name]))
        for name, time in times.items()
        if time is None
    )
    shown, voted = times.values()
    if shown and voted and voted < shown:
        yield text("vote.file.order")
    watched = _number(row["watch_s"])
    if watched is None or watched < 0:
        yield text("vote.file.watch", value=repr(row["watch_s"]))


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
        return moment if moment.timestamp() and moment.utcoffset() is not None else None
    except (ValueError, OverflowError):
        return None


def _number(value: Any) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _conflicts(
    votes: Sequence[Vote], here: Sequence[Vote], known: Sequence[Vote]
) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with votes beside each other, and beside those of the records."""
    stored = {vote.vote_id: vote for vote in known}
    before: dict[str, Vote] = {}
    answered = {_about(vote): vote.vote_id for vote in here}
    for number, vote in enumerate(votes, 1):
        if before.setdefault(vote.vote_id, vote) != vote:
            yield number, text("vote.file.twice")
        elif vote.vote_id in stored and stored[vote.vote_id].experiment != vote.experiment:
            yield number, text("vote.file.other")
        elif vote.vote_id not in stored and answered.setdefault(_about(vote), vote.vote_id) != vote.vote_id:
            yield number, text("vote.file.again", voter=repr(vote.voter))


def _about(vote: Vote) -> tuple[object, ...]:
    """Return what a voter answers once."""
    pair = frozenset((vote.left, vote.right))
    return vote.voter, vote.question, vote.criterion, vote.case, vote.seed, pair
