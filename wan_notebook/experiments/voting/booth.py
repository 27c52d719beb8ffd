"""The kernel's side of a voter's page: what it may be told, and its answers into the records.

Before an answer the page knows of a pair a random id and the bytes of the left video, then of the right one.
Which arm stands where leaves the kernel in a reveal only.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from math import isfinite
from pathlib import Path
from threading import Lock
from typing import Any, Final

from wan_notebook.catalog import SettingError, WanError, text
from wan_notebook.experiments.planning.plan import Cell, Plan
from wan_notebook.experiments.running.cells import states
from wan_notebook.experiments.voting.ballots import QUESTION, Ballot
from wan_notebook.experiments.voting.pairs import Key, Order, Pair
from wan_notebook.experiments.voting.revealing import revealed
from wan_notebook.media import UnreadableMediaError, bare_copy
from wan_notebook.records import Choice, Store, Vote, Votes
from wan_notebook.widgets.answering import Answer, Ask

PIECE: Final = 4 << 20
"""Bytes of a video sent to a page at once."""
LONGEST: Final = 7 * 86_400.0
"""Seconds of a time told by a page that are believed."""
AT_END, AT_VOTE = "end", "vote"
"""When a voter is told which was which."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What is asked of whom.

    Attributes:
        voter: name of the voter.
        question: what is asked of each pair.
        criteria: what is asked besides.
        reveal: when the arms are told: "end", "vote", or None for never.
        watch: whether both videos must have played before an answer counts.
    """

    voter: str
    question: str
    criteria: tuple[str, ...] = ()
    reveal: str | None = AT_END
    watch: bool = True


class Booth:
    """Answers the page of one voter; may be asked from several threads.

    Args:
        store: the records that keep videos and votes.
        plan: of the experiment.
        uid: of the experiment.
        poll: what is asked of whom.
    """

    def __init__(self, store: Store, plan: Plan, uid: str, poll: Poll) -> None:
        self._store = store
        self._plan = plan
        self._uid = uid
        self._poll = poll
        self._votes = Votes(store)
        self._order = Order(uid, poll.voter, plan.arms, plan.blocks)
        self._lock = Lock()
        self._announced: tuple[Pair, ...] = ()
        self._showings: dict[str, Pair] = {}
        self._copies: dict[tuple[Pair, str], bytes] = {}
        self._told: frozenset[Key] = frozenset()

    def asks(self) -> dict[str, Ask]:
        """Return what answers each type of question; no error tells a file or an arm."""
        answers = {
            "ballot": lambda _: (self._state(), []),
            "video": self._video,
            "vote": self._vote,
            "undo": self._undo,
            "reveal": self._reveal,
        }
        return {kind: partial(self._safely, answer) for kind, answer in answers.items()}

    def ballot(self, cells: Mapping[Cell, Path] | None = None) -> Ballot:
        """Return the ballot as the records have it now; cells that were just looked up are not again."""
        votes = [
            vote
            for vote in self._votes.of(self._uid, voter=self._poll.voter, undone=True)
            if vote.question == self._poll.question
        ]
        return Ballot(
            self._order, self._poll.criteria, votes, (cells or self._cells()).keys(), self._announced
        )

    def _cells(self) -> dict[Cell, Path]:
        """Return the files of the cells that have one."""
        known = states(self._store, self._plan, self._uid).values()
        return {one.cell: one.video for one in known if one.video is not None and one.video.is_file()}

    def _safely(self, answer: Any, message: Mapping[str, Any], _buffers: Sequence[Any]) -> Answer:
        """Answer one question at a time; the outermost boundary of a callback."""
        try:
            with self._lock:
                reply: Answer = answer(message)
        except WanError as error:
            return {"error": str(error)}, []
        except Exception as error:  # noqa: BLE001 - a callback's traceback would vanish, and may name an arm
            return {"error": text("vote.error.internal", kind=type(error).__name__)}, []
        return reply

    def _state(self, cells: Mapping[Cell, Path] | None = None, **more: Any) -> dict[str, Any]:
        """Return what the page is told: where the voter is, and ids of this pair and the next."""
        ballot = self.ballot(cells)
        asked, following = ballot.asked, ballot.following
        self._announced = tuple(pair for pair in (asked.pair if asked else None, following) if pair)
        self._copies = {key: copy for key, copy in self._copies.items() if key[0] in self._announced}
        showing = asked and {
            "id": self._showing(asked.pair),
            "criterion": (QUESTION, *self._poll.criteria).index(asked.criterion),
            "seen": asked.begun,
        }
        progress = ballot.progress
        told = {
            "showing": showing,
            "next": self._showing(following) if following else None,
            "done": progress.done,
            "total": progress.total,
            "waiting": progress.waiting,
            "undo": self._undoable(ballot),
            "reveal": asked is None and self._poll.reveal == AT_END and not self._told,
        }
        return {"ballot": told, **more}

    def _showing(self, pair: Pair) -> str:
        """Return the random id under which the page knows a pair."""
        for known, shown in self._showings.items():
            if shown == pair:
                return known
        fresh = secrets.token_hex(16)
        self._showings[fresh] = pair
        return fresh

    def _shown(self, message: Mapping[str, Any]) -> Pair:
        try:
            return self._showings[str(message["showing"])]
        except KeyError:
            raise SettingError(text("vote.error.stale")) from None

    def _video(self, message: Mapping[str, Any]) -> Answer:
        pair, left = self._shown(message), message["side"] == "left"
        arm, start = pair.left if left else pair.right, int(message["start"])
        if (pair, arm) not in self._copies:
            path = self._cells().get(Cell(arm, pair.block))
            try:
                self._copies[pair, arm] = bare_copy(path) if path else b""
            except UnreadableMediaError:
                self._copies[pair, arm] = b""
        copy = self._copies[pair, arm]
        if not copy:
            return {"error": text("vote.error.video")}, []
        return {"size": len(copy), "mime": "video/mp4"}, [copy[start : start + PIECE]]

    def _vote(self, message: Mapping[str, Any]) -> Answer:
        """Store an answer, unless it is stored, or another page of the same voter was quicker."""
        pair, criterion = self._shown(message), (QUESTION, *self._poll.criteria)[int(message["criterion"])]
        cells, vote_id = self._cells(), str(message["vote_id"])
        ballot = self.ballot(cells)
        asked = ballot.asked
        known = any(vote.vote_id == vote_id for vote in ballot.votes)
        if not known and asked and (asked.pair, asked.criterion) == (pair, criterion):
            self._votes.add(self._vote_of(message, vote_id, pair, criterion))
            known = True
        state = self._state(cells)
        if known and self._poll.reveal == AT_VOTE and pair in self.ballot(cells).complete:
            return {**state, "revealed": [pair.left, pair.right]}, []
        return state, []

    def _vote_of(self, message: Mapping[str, Any], vote_id: str, pair: Pair, criterion: str) -> Vote:
        voted_at = self._store.now() - timedelta(seconds=_seconds(message, "ago_s"))
        return Vote(
            vote_id=vote_id,
            experiment=self._uid,
            voter=self._poll.voter,
            question=self._poll.question,
            criterion=criterion,
            case=pair.block.case,
            seed=pair.block.seed,
            left=pair.left,
            right=pair.right,
            choice=Choice(message["choice"]),
            shown_at=voted_at - timedelta(seconds=_seconds(message, "shown_s")),
            voted_at=voted_at,
            watch_s=_seconds(message, "watch_s"),
        )

    def _undo(self, message: Mapping[str, Any]) -> Answer:
        """Take the last answer back, if it is the one the page means."""
        ballot = self.ballot()
        if ballot.last and message["vote"] and message["vote"] == self._undoable(ballot):
            self._votes.undo([ballot.last.vote_id], self._store.now())
        return self._state(), []

    def _undoable(self, ballot: Ballot) -> str:
        """Return a mark of the answer that can be taken back, "" without one.

        An answer whose arms were told stays: the next one would not be blind.
        """
        vote = ballot.last
        if vote is None or (self._poll.reveal == AT_VOTE and ballot.is_complete(vote)):
            return ""
        if any(
            (vote.case, vote.seed) == (block.case, block.seed) and {vote.left, vote.right} == arms
            for block, arms in self._told
        ):
            return ""
        return blake2b(vote.vote_id.encode(), key=self._uid.encode()[:64], digest_size=16).hexdigest()

    def _reveal(self, _message: Mapping[str, Any]) -> Answer:
        """Tell which was which, once there is nothing left to answer."""
        ballot = self.ballot()
        if ballot.asked is not None or self._poll.reveal != AT_END:
            return self._state(), []
        self._told |= {pair.key for pair in ballot.complete}
        return self._state(told=revealed(ballot)), []


def _seconds(message: Mapping[str, Any], name: str) -> float:
    """Return a length of time a page tells, within what can be believed."""
    told = float(message[name])
    return min(max(told, 0.0), LONGEST) if isfinite(told) else 0.0
