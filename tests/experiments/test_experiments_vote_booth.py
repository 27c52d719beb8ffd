"""A voter's page is told nothing of arms; each answer is stored once, by whoever asks and however often."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.experiments.outcomes import BEGIN, Made, a_plan
from wan_notebook.experiments.voting.booth import PIECE, Booth, Poll
from wan_notebook.records import Choice, Vote, Votes
from wan_notebook.records.schema import VOTES
from wan_notebook.widgets.vote.vote import VoteWidget

ARMS = {"oakwood": {"prompt": "{who} under branches"}, "birchlight": {"prompt": "{who} in haze"}}
QUESTION = "Which looks better?"
TELLING = (*ARMS, "branches", "haze", "wan2.7", "video-", "wan_videos", "1.20")


class Page:
    """What a page does: it asks, and keeps all it was ever told.

    Attributes:
        told: every reply and every byte.
    """

    def __init__(self, booth: Booth) -> None:
        self._asks = booth.asks()
        self.told: list[str] = []

    def ask(self, kind: str, **message: Any) -> dict[str, Any]:
        """Ask a question and return the reply."""
        reply, pieces = self._asks[kind]({"type": kind, "id": "1", **message}, [])
        self.told.extend((json.dumps(reply), *(piece.decode("latin-1") for piece in pieces)))
        return {**reply, "pieces": pieces}

    def state(self) -> dict[str, Any]:
        """Return what the page is told now."""
        found: dict[str, Any] = self.ask("ballot")["ballot"]
        return found

    def vote(self, choice: str, vote_id: str, **changes: Any) -> dict[str, Any]:
        """Answer what is asked now."""
        showing = self.state()["showing"]
        usual = {"showing": showing["id"], "criterion": showing["criterion"], "choice": choice}
        times = {"shown_s": 9.0, "ago_s": 1.5, "watch_s": 4.0}
        return self.ask("vote", vote_id=vote_id, **{**usual, **times, **changes})


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Make an experiment of two arms in six blocks, with all videos."""
    found = Made(tmp_path / "home", a_plan(name="forest", arms=ARMS)).run()
    yield found
    found.store.close()


def booth(made: Made, **changes: Any) -> Booth:
    """Return the booth of ann, or as changed."""
    return Booth(
        made.store, made.plan, made.stored.uid, Poll(**{"voter": "ann", "question": QUESTION, **changes})
    )


def votes(made: Made) -> list[Vote]:
    """Return the votes that count."""
    return Votes(made.store).of(made.stored.uid)


def test_a_vote_is_stored_as_it_was_given(made: Made) -> None:
    """With voter, sides, times and seconds watched, before the page hears of it."""
    page = Page(booth(made))
    reply = page.vote("left", "one")
    (vote,) = votes(made)
    assert reply["ballot"]["done"] == 1
    assert (vote.vote_id, vote.voter, vote.question, vote.criterion) == ("one", "ann", QUESTION, "")
    assert (vote.choice, vote.watch_s) == (Choice.LEFT, 4.0)
    assert {vote.left, vote.right} == set(ARMS)
    assert (made.store.now() - vote.voted_at).total_seconds() == 1.5
    assert (vote.voted_at - vote.shown_at).total_seconds() == 9.0
    assert vote.voted_at > BEGIN


def test_nothing_tells_of_arms_before_the_reveal(made: Made) -> None:
    """All replies and all bytes of a whole sitting, and the widget's state; then the reveal names both."""
    sitting = booth(made)
    page = Page(sitting)
    for number in range(6):
        showing = page.state()["showing"]["id"]
        for side in ("left", "right"):
            page.ask("video", showing=showing, side=side, start=0)
        page.vote("left", str(number))
    page.ask("undo", vote=page.state()["undo"])
    page.vote("right", "again")
    page.ask("vote", showing="no such", criterion=0, choice="left", vote_id="x")
    page.ask("vote")
    widget = VoteWidget(on_ask=sitting.asks(), words={}, question=QUESTION, criteria=[], watch=True)
    page.told.extend((json.dumps(widget.get_state(), default=str), repr(widget)))
    assert not [word for word in TELLING for told in page.told if word in told]
    assert page.state()["reveal"]
    told = page.ask("reveal")["told"]
    assert {cell for row in told["rows"] for cell in row[1:3]} == set(ARMS)
    assert told["sums"] == [told["sums"][0]]
    assert "birchlight" in told["sums"][0]


def test_ids_are_random_and_say_nothing(made: Made) -> None:
    """Another sitting shows the same pairs under other ids; within one, a pair keeps its id."""
    one, two = Page(booth(made)), Page(booth(made))
    assert one.state()["showing"]["id"] == one.state()["showing"]["id"]
    assert one.state()["showing"]["id"] != two.state()["showing"]["id"]
    upcoming = one.state()["next"]
    one.vote("left", "one")
    assert one.state()["showing"]["id"] == upcoming


def test_the_video_is_the_one_that_stands_there(made: Made) -> None:
    """In pieces, if it is long; a missing or broken one is said without naming it."""
    page = Page(booth(made))
    showing = page.state()["showing"]["id"]
    reply = page.ask("video", showing=showing, side="left", start=0)
    assert reply["size"] == len(reply["pieces"][0]) < PIECE
    part = page.ask("video", showing=showing, side="left", start=100)["pieces"][0]
    assert part == reply["pieces"][0][100:]
    upcoming = page.state()["next"]
    for path in (made.home / "wan_videos").iterdir():
        path.write_bytes(b"no video")
    broken = page.ask("video", showing=upcoming, side="right", start=0)
    assert "Skip the pair" in broken["error"]
    assert not [word for word in TELLING if word in broken["error"]]


def test_a_vote_sent_again_counts_once(made: Made) -> None:
    """Also when it was taken back meanwhile, and when the next one has been given."""
    page = Page(booth(made))
    first = page.state()["showing"]
    again = {"showing": first["id"], "criterion": 0}
    page.vote("left", "one")
    assert page.vote("left", "one", **again)["ballot"]["done"] == 1
    page.vote("right", "two")
    page.vote("left", "one", **again)
    assert [vote.vote_id for vote in votes(made)] == ["one", "two"]
    page.ask("undo", vote=page.state()["undo"])
    page.ask("undo", vote=page.state()["undo"])
    page.vote("left", "one", **again)
    assert votes(made) == []


def test_two_pages_of_one_voter_answer_a_pair_once(made: Made) -> None:
    """The slower one is told where the voter is now; also when both answer at the same moment."""
    sitting = booth(made)
    one, two = Page(sitting), Page(sitting)
    shown = one.state()["showing"]["id"]
    one.vote("left", "one")
    late = two.vote("right", "two", showing=shown)
    assert late["ballot"]["done"] == 1
    assert [vote.vote_id for vote in votes(made)] == ["one"]
    shown = one.state()["showing"]["id"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: one.vote("left", f"many {number}", showing=shown), range(16)))
    assert len(votes(made)) == 2


def test_undo_means_one_answer(made: Made) -> None:
    """Pressed twice in two pages, it takes back one; nothing is left to take back at the beginning."""
    page = Page(booth(made))
    assert page.state()["undo"] == ""
    page.ask("undo", vote="")
    for number in range(2):
        page.vote("left", str(number))
    mark = page.state()["undo"]
    page.ask("undo", vote=mark)
    page.ask("undo", vote=mark)
    assert [vote.vote_id for vote in votes(made)] == ["0"]
    assert page.state()["showing"]["seen"]


def test_another_kernel_goes_on_there(made: Made) -> None:
    """The pair that was open comes again, as it stood; undo reaches back over the restart."""
    page = Page(booth(made, criteria=("motion",)))
    page.vote("left", "one")
    page.vote("tie", "two")
    page.vote("right", "three")
    again = Page(booth(made, criteria=("motion",)))
    assert again.state()["showing"]["criterion"] == 1
    assert again.state()["done"] == 1
    again.ask("undo", vote=again.state()["undo"])
    assert again.state()["showing"]["criterion"] == 0
    again.ask("undo", vote=again.state()["undo"])
    assert [vote.vote_id for vote in votes(made)] == ["one"]


def test_voters_and_questions_are_apart(made: Made) -> None:
    """Each voter has their own ballot, and each question too."""
    Page(booth(made)).vote("left", "one")
    assert Page(booth(made, voter="bob")).state()["done"] == 0
    assert Page(booth(made, question="Which is calmer?")).state()["done"] == 0
    assert Page(booth(made)).state()["done"] == 1


def test_a_reveal_after_each_pair_makes_its_answer_final(made: Made) -> None:
    """It names left and right of that pair alone, once its last criterion is answered; sent again, too."""
    page = Page(booth(made, reveal="vote", criteria=("motion",)))
    shown = page.state()["showing"]["id"]
    assert "revealed" not in page.vote("left", "one")
    assert page.state()["undo"]
    revealed = page.vote("left", "two")["revealed"]
    vote = votes(made)[0]
    assert revealed == [vote.left, vote.right]
    assert page.state()["undo"] == ""
    assert page.vote("left", "two", showing=shown, criterion=1)["revealed"] == revealed
    assert not page.state()["reveal"]


def test_the_end_can_be_taken_back_until_it_is_revealed(made: Made) -> None:
    """Who has seen which was which would not answer blindly."""
    page = Page(booth(made))
    assert "told" not in page.ask("reveal")
    for number in range(6):
        page.vote("left", str(number))
    page.ask("undo", vote=page.state()["undo"])
    assert page.state()["showing"]
    page.vote("both_bad", "last")
    mark = page.state()["undo"]
    assert page.ask("reveal")["told"]["rows"][-1][-1] == "both bad"
    assert page.state()["undo"] == ""
    page.ask("undo", vote=mark)
    assert len(votes(made)) == 6


def test_never_is_never(made: Made) -> None:
    """With reveal=None nothing is told, whatever is asked."""
    page = Page(booth(made, reveal=None))
    for number in range(6):
        page.vote("left", str(number))
    assert not page.state()["reveal"]
    assert "told" not in page.ask("reveal")
    assert page.state()["undo"]


def test_videos_that_come_later_are_asked_about_later(tmp_path: Path) -> None:
    """The pair before the voter stays; the count grows."""
    made = Made(tmp_path, a_plan(name="forest", arms=ARMS))
    cells = made.plan.cells
    for cell in cells[:4]:
        made.cell(cell)
    page = Page(booth(made))
    first = page.state()
    assert (first["total"], first["waiting"]) == (2, 4)
    for cell in cells[4:]:
        made.cell(cell)
    then = page.state()
    assert (then["showing"], then["next"]) == (first["showing"], first["next"])
    assert (then["total"], then["waiting"]) == (6, 0)
    made.store.close()


def test_what_cannot_be_stored_is_said(made: Made) -> None:
    """In a sentence; the page keeps the answer and sends it again."""
    page = Page(booth(made))
    shown = page.state()["showing"]["id"]
    sent = {"showing": shown, "criterion": 0, "choice": "left", "shown_s": 1, "ago_s": 0, "watch_s": 1}
    with made.store.writing() as connection:
        VOTES.drop(connection)
    assert "votes" in page.ask("vote", vote_id="one", **sent)["error"]
    with made.store.writing() as connection:
        VOTES.create(connection)
    assert page.ask("vote", vote_id="one", **sent)["ballot"]["done"] == 1
    assert len(votes(made)) == 1


@pytest.mark.parametrize("told", [-5.0, float("nan"), float("inf"), 1e12])
def test_times_that_cannot_be_are_not_believed(made: Made, told: float) -> None:
    """A page whose clock jumps spoils no record."""
    Page(booth(made)).vote("left", "one", shown_s=told, ago_s=told, watch_s=told)
    (vote,) = votes(made)
    assert 0 <= vote.watch_s <= 7 * 86_400
    assert vote.shown_at <= vote.voted_at <= made.store.now()


def test_the_widget_answers_with_the_id_of_the_question(made: Made) -> None:
    """And not at all to what it does not know."""
    widget = VoteWidget(on_ask=booth(made).asks(), words={}, question=QUESTION, criteria=[], watch=False)
    sent: list[dict[str, Any]] = []
    widget.send = lambda content, _buffers=None: sent.append(content)
    widget._handle_custom_msg({"type": "ballot", "id": "7"}, [])
    widget._handle_custom_msg({"type": "arms", "id": "8"}, [])
    (reply,) = sent
    assert (reply["type"], reply["id"], reply["ballot"]["total"]) == ("reply", "7", 6)
