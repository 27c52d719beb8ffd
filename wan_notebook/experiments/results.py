"""The results as DataFrames: arms, pairs of arms, cells, votes, voters.

A figure that is not known is NaN or <NA>, never 0. Shares go from 0 to 1, money is float64 with its currency
beside it, times are UTC. `_low` and `_high` are the ends of the 95 % interval.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from wan_notebook.catalog import SettingError, text
from wan_notebook.experiments.outcome import Outcome
from wan_notebook.experiments.statistics import Interval, Share, share_interval
from wan_notebook.records import Choice, Vote

if TYPE_CHECKING:
    from pandas import DataFrame

Of = Literal["arms", "pairs", "cells", "votes", "voters"]
Row = Sequence[Any]
WORDS, WHOLE, FIGURE, MOMENT, FLAG = "string", "Int64", "float64", "datetime64[us, UTC]", "bool"

ARMS: Mapping[str, str] = {
    "arm": WORDS,
    "votes": WHOLE,
    "win_rate": FIGURE,  # against all other arms it met; ties count half
    "win_rate_low": FIGURE,
    "win_rate_high": FIGURE,
    "videos": WHOLE,  # saved
    "failed": WHOLE,  # ended without a video
    "failed_share": FIGURE,  # failed / (failed + videos), with its interval (Wilson)
    "failed_low": FIGURE,
    "failed_high": FIGURE,
    "cost": FIGURE,  # of a video, mean over blocks, with its t interval
    "cost_low": FIGURE,
    "cost_high": FIGURE,
    "cost_total": FIGURE,  # all known costs of the arm
    "currency": WORDS,
    "seconds": FIGURE,  # the service worked on a video, mean over blocks, with its t interval
    "seconds_low": FIGURE,
    "seconds_high": FIGURE,
    "strength": FIGURE,  # Bradley-Terry, the mean of all arms is 0
    "strength_low": FIGURE,
    "strength_high": FIGURE,
    "cost_per_preferred": FIGURE,  # cost / win_rate
    "cost_per_preferred_low": FIGURE,
    "cost_per_preferred_high": FIGURE,
}
"""Columns of `results()` and their dtypes: a row an arm, in the order of the plan."""

PAIRS: Mapping[str, str] = {
    "first": WORDS,
    "second": WORDS,
    "blocks": WHOLE,  # with a vote on the pair
    "votes": WHOLE,
    "wins": WHOLE,  # of `first`
    "ties": WHOLE,  # without `both_bad`
    "both_bad": WHOLE,  # counted as ties, too
    "losses": WHOLE,
    "win_rate": FIGURE,  # of `first`; ties and both bad count half
    "low": FIGURE,
    "high": FIGURE,
    "p": FIGURE,
    "p_holm": FIGURE,  # corrected for the number of pairs
    "verdict": WORDS,  # winner, no_difference, early_winner, not_enough
    "winner": WORDS,
    "more_blocks": WHOLE,  # about so many blocks are still needed
}
"""Columns of `results("pairs")`: a row for each two arms."""

CELLS: Mapping[str, str] = {
    "arm": WORDS,
    "case": WORDS,
    "seed": WHOLE,
    "status": WORDS,  # <NA>: not sent yet
    "video_state": WORDS,
    "video": WORDS,  # whole path
    "cost": FIGURE,
    "currency": WORDS,
    "seconds": FIGURE,
    "attempts": WHOLE,
    "task_id": WORDS,
    "error": WORDS,
}
"""Columns of `results("cells")`: a row for each arm in each block."""

VOTES: Mapping[str, str] = {
    "voter": WORDS,
    "question": WORDS,
    "criterion": WORDS,  # "": the question itself
    "case": WORDS,
    "seed": WHOLE,
    "left": WORDS,
    "right": WORDS,
    "choice": WORDS,  # left, right, tie, both_bad, skip
    "preferred": WORDS,  # an arm; <NA> when neither
    "counted": FLAG,  # in the results of its question; the second of two on one pair is not
    "shown_at": MOMENT,
    "voted_at": MOMENT,
    "watch_s": FIGURE,
}
"""Columns of `results("votes")`: a row a vote on any question, oldest first, without those taken back."""

VOTERS: Mapping[str, str] = {
    "voter": WORDS,
    "votes": WHOLE,  # skips are none
    "ties": WHOLE,
    "both_bad": WHOLE,
    "skips": WHOLE,
    "left_share": FIGURE,  # of the votes that preferred one
    "left_low": FIGURE,
    "left_high": FIGURE,
    "agreement": FIGURE,  # share of equal answers with other voters on the same two videos
    "compared": WHOLE,  # pairs of answers that rests on
    "watch_s": FIGURE,  # mean
    "first_vote": MOMENT,
    "last_vote": MOMENT,
}
"""Columns of `results("voters")`: a row a voter, in the order of their first votes."""


def results(outcome: Outcome, of: str = "arms") -> "DataFrame":
    """Return results as a DataFrame; the columns are those of `ARMS`, `PAIRS`, `CELLS`, `VOTES`, `VOTERS`.

    Raises:
        SettingError: there is no such table; the sentence names those there are.
    """
    if of not in _TABLES:
        raise SettingError(text("report.error.table", wanted=repr(of), known=", ".join(_TABLES)))
    dtypes, rows = _TABLES[of]
    return _frame(dtypes, list(rows(outcome)))


def _frame(dtypes: Mapping[str, str], rows: Sequence[Row]) -> "DataFrame":
    """Return rows as a DataFrame, each column of its dtype whatever the rows hold."""
    import pandas as pd  # noqa: PLC0415 - takes 0.3 s to import

    columns = list(zip(*rows, strict=True)) or [()] * len(dtypes)
    # pandas' types know dtypes by literal name only, hence Any.
    series: dict[str, Any] = {
        name: pd.Series(list(values), dtype=_any(dtype))
        for (name, dtype), values in zip(dtypes.items(), columns, strict=True)
    }
    return pd.DataFrame(series)


def _any(value: Any) -> Any:
    return value


def _arm_rows(outcome: Outcome) -> Iterator[Row]:
    strengths = {one.arm: one for one in outcome.strengths.arms}
    for arm in outcome.arms:
        strength = strengths[arm.name]
        yield (
            arm.name,
            arm.rate.votes,
            *(arm.rate.rate, arm.rate.low, arm.rate.high),
            arm.videos,
            *_counted(arm.failed),
            *_ends(arm.cost),
            arm.spent,
            arm.currency,
            *_ends(arm.seconds),
            *(strength.score, strength.low, strength.high),
            *_ends(arm.per_preferred),
        )


def _counted(share: Share) -> Row:
    return share.count, share.share, share.low, share.high


def _ends(interval: Interval | None) -> Row:
    return (None, None, None) if interval is None else (interval.value, interval.low, interval.high)


def _pair_rows(outcome: Outcome) -> Iterator[Row]:
    for pair in outcome.decision.pairs:
        rate, bad = pair.win_rate, outcome.both_bad(pair.first, pair.second)
        yield (
            *(pair.first, pair.second, rate.blocks, rate.votes),
            *(rate.wins, rate.ties - bad, bad, rate.losses),
            *(rate.rate, rate.low, rate.high, rate.p, pair.p_holm),
            *(str(pair.kind), pair.winner, pair.more),
        )


def _cell_rows(outcome: Outcome) -> Iterator[Row]:
    for cell in outcome.plan.cells:
        state = outcome.states[cell]
        place = (cell.arm, cell.block.case, cell.block.seed)
        record = state.record
        if record is None:
            yield *place, *[None] * 6, state.attempts, None, None
            continue
        cost = None if record.cost is None else float(record.cost)
        yield (
            *place,
            str(record.status),
            str(record.video_state),
            None if state.video is None else str(state.video),
            *(cost, record.currency, record.run_s, state.attempts, record.task_id, record.error_message),
        )


def _vote_rows(outcome: Outcome) -> Iterator[Row]:
    counted = {vote.vote_id for vote in outcome.counted}
    for vote in outcome.votes:
        yield (
            *(vote.voter, vote.question, vote.criterion, vote.case, vote.seed),
            *(vote.left, vote.right, str(vote.choice), preferred(vote), vote.vote_id in counted),
            *(vote.shown_at, vote.voted_at, vote.watch_s),
        )


def preferred(vote: Vote) -> str | None:
    """Return the arm a vote preferred."""
    return {Choice.LEFT: vote.left, Choice.RIGHT: vote.right}.get(vote.choice)


def _voter_rows(outcome: Outcome) -> Iterator[Row]:
    for voter in dict.fromkeys(vote.voter for vote in outcome.judged):
        votes = [vote for vote in outcome.judged if vote.voter == voter]
        count = {choice: sum(vote.choice is choice for vote in votes) for choice in Choice}
        sides = share_interval(count[Choice.LEFT], count[Choice.LEFT] + count[Choice.RIGHT])
        equal, compared = outcome.agreement_of(voter)
        times = [vote.voted_at for vote in votes]
        yield (
            *(voter, len(votes) - count[Choice.SKIP]),
            *(count[Choice.TIE], count[Choice.BOTH_BAD], count[Choice.SKIP]),
            *(sides.share, sides.low, sides.high),
            *(equal / compared if compared else None, compared),
            sum(vote.watch_s for vote in votes) / len(votes),
            *(min(times), max(times)),  # imported votes may be older than those before them
        )


_TABLES: Mapping[str, tuple[Mapping[str, str], Callable[[Outcome], Iterator[Row]]]] = {
    "arms": (ARMS, _arm_rows),
    "pairs": (PAIRS, _pair_rows),
    "cells": (CELLS, _cell_rows),
    "votes": (VOTES, _vote_rows),
    "voters": (VOTERS, _voter_rows),
}
