"""Votes are on disk at once, once each, and what was taken back stays to be seen."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.rows import BEGIN
from wan_notebook.records import Choice, RecordsError, Store, Vote, Votes
from wan_notebook.records.schema import VOTES

UID = "fox-uid"


def a_vote(**changes: Any) -> Vote:
    """Return a vote, with these fields changed."""
    usual: dict[str, Any] = {
        "vote_id": "one",
        "experiment": UID,
        "voter": "ann",
        "question": "Which looks better?",
        "criterion": "",
        "case": "a fox",
        "seed": 7,
        "left": "plain",
        "right": "light",
        "choice": Choice.LEFT,
        "shown_at": BEGIN,
        "voted_at": BEGIN + timedelta(seconds=4.25),
        "watch_s": 3.75,
    }
    return Vote(**{**usual, **changes})


@pytest.fixture
def votes(store: Store) -> Votes:
    """Return the votes of a store."""
    return Votes(store)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    voter=words,
    question=words,
    criterion=words,
    case=words,
    arms=st.tuples(words, words),
    seed=st.integers(0, 2**31 - 1),
    choice=st.sampled_from(Choice),
    watched=st.floats(0, 1e6),
)
def test_a_vote_reads_back_as_it_was_given(
    store: Store,
    voter: str,
    question: str,
    criterion: str,
    case: str,
    arms: tuple[str, str],
    seed: int,
    choice: Choice,
    watched: float,
) -> None:
    """Every field, whatever the texts hold."""
    with store.writing() as connection:
        connection.execute(VOTES.delete())
    left, right = arms
    told = {"voter": voter, "question": question, "criterion": criterion, "case": case, "seed": seed}
    vote = a_vote(**told, left=left, right=right, choice=choice, watch_s=watched)
    Votes(store).add(vote)
    assert Votes(store).of(UID) == [vote]


def test_votes_come_oldest_first_and_only_their_own(votes: Votes) -> None:
    """The order is that in which they were stored."""
    first, second, other = a_vote(), a_vote(vote_id="two"), a_vote(vote_id="three", experiment="other")
    assert votes.add(first, other) == 2
    assert votes.add(second) == 1
    assert votes.of(UID) == [first, second]
    assert votes.of("other") == [other]
    assert votes.of("nobody") == []
    bob = a_vote(vote_id="four", voter="bob")
    votes.add(bob)
    assert votes.of(UID, voter="bob") == [bob]
    assert votes.of(UID) == [first, second, bob]


def test_a_vote_sent_again_is_stored_once(votes: Votes) -> None:
    """The page sends until it hears that it arrived; the first one counts."""
    assert votes.add(a_vote()) == 1
    assert votes.add(a_vote(choice=Choice.RIGHT)) == 0
    assert [vote.choice for vote in votes.of(UID)] == [Choice.LEFT]


def test_what_is_taken_back_does_not_count_but_stays(votes: Votes) -> None:
    """A second undo changes nothing, and a vote sent late does not come back to life."""
    votes.add(a_vote(), a_vote(vote_id="two"))
    assert votes.undo(["one", "never"], BEGIN) == 1
    assert votes.undo(["one"], BEGIN + timedelta(hours=1)) == 0
    assert votes.add(a_vote()) == 0
    assert [vote.vote_id for vote in votes.of(UID)] == ["two"]
    assert votes.of(UID, undone=True) == [replace(a_vote(), undone_at=BEGIN), a_vote(vote_id="two")]


def test_votes_are_known_by_their_ids(votes: Votes) -> None:
    """Of any experiment, however many are asked for."""
    votes.add(a_vote(), a_vote(vote_id="two", experiment="other"))
    asked = [*map(str, range(2500)), "two", "one"]
    assert {vote.vote_id for vote in votes.known(asked)} == {"one", "two"}
    assert votes.known([]) == []


def test_all_or_none(votes: Votes) -> None:
    """A time without a zone in the second vote keeps the first out too."""
    with pytest.raises(ValueError, match="zone"):
        votes.add(a_vote(), a_vote(vote_id="two", shown_at=BEGIN.replace(tzinfo=None)))
    assert votes.of(UID) == []


def test_a_choice_there_is_not_is_no_vote(votes: Votes) -> None:
    """Whatever a caller makes of it."""
    with pytest.raises(ValueError, match="banana"):
        votes.add(a_vote(choice="banana"))
    assert votes.of(UID) == []


def test_what_cannot_be_written_is_said(votes: Votes) -> None:
    """As for every other write."""
    with votes.store.writing() as connection:
        VOTES.drop(connection)
    with pytest.raises(RecordsError, match="votes"):
        votes.add(a_vote())
