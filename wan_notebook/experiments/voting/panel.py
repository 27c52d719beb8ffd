"""The door to voting: whose page is shown, with what question."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

from wan_notebook.catalog import SettingError, members, text
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.experiments.voting.booth import AT_END, AT_VOTE, Booth, Poll
from wan_notebook.records import Store
from wan_notebook.tasks import in_notebook

MOST: Final = {"voter": 60, "question": 300, "criteria": 60}
"""Characters of each text at most."""
WORDS: Final = (
    *("title", "criterion", "progress", "more", "side_left", "side_right"),
    *("left", "right", "tie", "both_bad", "skip", "undo", "next", "help"),
    *("play", "pause", "replay", "loop", "sound", "sound_off", "sound_left", "sound_right"),
    *("overall", "loading", "watch_first", "broken", "focus", "waiting", "unstored", "no_answer"),
    *("send_again", "revealed", "thanks", "all_done", "reveal"),
    *("does_left", "does_right", "does_tie", "does_both_bad", "does_skip", "does_undo", "does_next"),
    *("does_play", "does_replay", "does_loop", "does_sound", "does_help", "key_Backspace"),
)
"""The sentences of the page."""


class Voted(Protocol):
    """What is needed of an experiment to vote on it."""

    @property
    def design(self) -> Plan:
        """What is compared with what."""

    @property
    def store(self) -> Store:
        """The records that keep its videos and votes."""

    @property
    def uid(self) -> str | None:
        """The id its votes bear; None before the first run."""


class VotePanel:
    """A voter's page; a cell that ends with it shows it. Nothing in it names an arm before the votes are in.

    Args:
        booth: answers the page.
        poll: what is asked of whom.

    Attributes:
        widget: the page.
    """

    def __init__(self, booth: Booth, poll: Poll) -> None:
        from wan_notebook.widgets.vote.vote import VoteWidget  # noqa: PLC0415 - heavy, and not needed by scripts

        self._booth = booth
        self._voter = poll.voter
        self.widget = VoteWidget(
            on_ask=booth.asks(),
            words={word: text(f"vote.page.{word}") for word in WORDS},
            question=poll.question,
            criteria=list(poll.criteria),
            watch=poll.watch,
        )

    def __repr__(self) -> str:
        progress = self._booth.ballot().progress
        return text("vote.panel", voter=self._voter, done=progress.done, total=progress.total)

    def _ipython_display_(self) -> None:
        from wan_notebook.widgets.slotted import show  # noqa: PLC0415 - as above

        show(self.widget, text("vote.needs_kernel"))


def vote(
    experiment: Voted,
    *,
    voter: str = "me",
    question: str | None = None,
    criteria: Iterable[str] = (),
    reveal: str | None = AT_END,
    watch: bool = True,
) -> VotePanel:
    """Return a page on which one voter compares the videos of an experiment two at a time, blindly.

    Args:
        experiment: the experiment.
        voter: name of the voter, 1 to 60 characters; each has an order of the pairs and sides of their own.
        question: what is asked of each pair; by default which looks better.
        criteria: what is asked of each pair besides, such as ["motion", "light"].
        reveal: when the voter is told which was which: "end", when all pairs are done and only if asked for;
            "vote", after each pair, whose answer then stays; None, never.
        watch: whether both videos must have played once before an answer counts.

    Raises:
        SettingError: this is no notebook, there is nothing to vote on yet, or an argument cannot be used.
    """
    poll = _poll(voter, question, criteria, reveal, watch=watch)
    if not in_notebook():
        raise SettingError(text("vote.error.notebook"))
    return VotePanel(booth(experiment, poll), poll)


def booth(experiment: Voted, poll: Poll) -> Booth:
    """Return what answers a voter's page.

    Raises:
        SettingError: there is nothing to vote on yet.
    """
    plan, uid = experiment.design, experiment.uid
    if uid is None:
        raise SettingError(text("vote.error.not_run", name=plan.name))
    made = Booth(experiment.store, plan, uid, poll)
    if not made.ballot().progress.total:
        raise SettingError(text("vote.error.no_pairs", name=plan.name))
    return made


def _poll(voter: Any, question: Any, criteria: Any, reveal: Any, *, watch: bool) -> Poll:
    asked = text("vote.question") if question is None else question
    if not printable(voter, MOST["voter"]):
        raise SettingError(text("vote.error.voter", value=repr(voter), most=MOST["voter"]))
    if not printable(asked, MOST["question"]):
        raise SettingError(text("vote.error.question", value=repr(asked), most=MOST["question"]))
    if reveal not in (AT_END, AT_VOTE, None):
        raise SettingError(text("vote.error.reveal", value=repr(reveal)))
    return Poll(voter.strip(), asked.strip(), _listed(criteria), reveal, watch=bool(watch))


def _listed(criteria: Any) -> tuple[str, ...]:
    given = members(criteria)
    listed = tuple(one.strip() for one in given or () if printable(one, MOST["criteria"]))
    if given is None or len(set(listed)) < len(given):
        raise SettingError(text("vote.error.criteria", value=repr(criteria), most=MOST["criteria"]))
    return listed


def printable(value: Any, most: int) -> bool:
    """Whether a value is a text of 1 to `most` characters, all of which show, at least one of them."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= most and value.isprintable()
