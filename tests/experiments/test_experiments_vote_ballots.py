"""What a voter is asked follows from the stored votes alone, whatever was answered, skipped or taken back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.experiments.planning.plan import Block, Cell
from wan_notebook.experiments.voting.ballots import Asked, Ballot, Progress
from wan_notebook.experiments.voting.pairs import Order, Pair
from wan_notebook.records import Choice, Vote

BEGIN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ARMS = ("plain", "light", "dark")
BLOCKS = [Block(case, {"who": case}, seed) for case in ("a fox", "a robot") for seed in (1, 2)]
CELLS = {Cell(arm, block) for arm in ARMS for block in BLOCKS}
ORDER = Order("uid", "ann", ARMS, BLOCKS)


def ballot(
    votes: Sequence[Vote], *criteria: str, cells: set[Cell] = CELLS, announced: Sequence[Pair] = ()
) -> Ballot:
    """Return the ballot of these votes."""
    return Ballot(ORDER, criteria, votes, cells, announced)


def vote_on(asked: Asked | None, number: int, choice: Choice = Choice.LEFT) -> Vote:
    """Return the answer to what is asked, as the given number of votes."""
    assert asked is not None
    pair, moment = asked.pair, BEGIN + timedelta(minutes=number)
    return Vote(
        vote_id=str(number),
        experiment="uid",
        voter="ann",
        question="Which?",
        criterion=asked.criterion,
        case=pair.block.case,
        seed=pair.block.seed,
        left=pair.left,
        right=pair.right,
        choice=choice,
        shown_at=moment,
        voted_at=moment,
        watch_s=2.0,
    )


def answered(
    count: int, *criteria: str, choice: Callable[[int], Choice] = lambda _: Choice.LEFT
) -> list[Vote]:
    """Return the votes of someone who has given that many answers."""
    votes: list[Vote] = []
    for number in range(count):
        votes.append(vote_on(ballot(votes, *criteria).asked, number, choice(number)))
    return votes


def undone(votes: Sequence[Vote], *numbers: int) -> list[Vote]:
    """Return votes, some of which were taken back."""
    return [
        replace(vote, undone_at=BEGIN + timedelta(hours=1)) if int(vote.vote_id) in numbers else vote
        for vote in votes
    ]


def test_every_pair_is_asked_once() -> None:
    """Then there is nothing more, and everything is done."""
    votes = answered(12)
    assert len({(vote.case, vote.seed, frozenset((vote.left, vote.right))) for vote in votes}) == 12
    assert ballot(votes).asked is None
    assert ballot(votes).progress == Progress(done=12, total=12, waiting=0)


def test_the_pair_told_to_be_next_is_the_next() -> None:
    """What is loaded ahead is what is shown."""
    for count in range(11):
        votes = answered(count)
        now, then = ballot(votes), ballot([*votes, vote_on(ballot(votes).asked, count)])
        assert then.asked is not None
        assert now.following == then.asked.pair
    assert ballot(answered(11)).following is None


def test_criteria_follow_the_question() -> None:
    """Each of them about the same two videos, as they stood; after the first answer they were seen."""
    votes = answered(4, "motion", "light")
    assert [vote.criterion for vote in votes] == ["", "motion", "light", ""]
    assert len({(vote.case, vote.seed, vote.left, vote.right) for vote in votes[:3]}) == 1
    one, two, four = (ballot(votes[:count], "motion", "light") for count in (1, 2, 4))
    assert one.asked is not None
    assert one.asked.begun
    assert one.progress.done == two.progress.done == 0
    assert four.progress.done == 1


def test_a_skipped_pair_is_done_with_its_criteria() -> None:
    """A skipped criterion is only itself."""
    skipped = ballot(answered(1, "motion", choice=lambda _: Choice.SKIP), "motion")
    assert skipped.progress.done == 1
    assert skipped.asked is not None
    assert not skipped.asked.begun
    third = ballot(
        answered(3, "motion", choice=lambda number: Choice.SKIP if number == 1 else Choice.LEFT), "motion"
    )
    assert third.progress.done == 1
    assert third.asked is not None
    assert third.asked.criterion == "motion"


def test_undo_brings_the_pair_back_as_it_stood() -> None:
    """Also the last one of all, also when other videos have come meanwhile."""
    without = {cell for cell in CELLS if cell.arm != "dark"}
    votes: list[Vote] = []
    for number in range(4):
        votes.append(vote_on(ballot(votes, cells=without).asked, number))
    assert ballot(votes, cells=without).asked is None
    for cells in (without, CELLS):
        back = ballot(undone(votes, 3), cells=cells).asked
        assert back is not None
        assert (back.pair.block.case, back.pair.block.seed) == (votes[3].case, votes[3].seed)
        assert (back.pair.left, back.pair.right) == (votes[3].left, votes[3].right)
        assert back.begun


def test_undo_takes_the_latest_and_then_the_one_before() -> None:
    """Two that were taken back are asked in the order they were asked first."""
    votes = answered(3)
    assert ballot(votes).last == votes[2]
    once = undone(votes, 2)
    assert ballot(once).last == votes[1]
    twice = ballot(undone(votes, 1, 2))
    assert twice.asked is not None
    assert twice.following is not None
    assert twice.asked.pair.block == Block(votes[1].case, {}, votes[1].seed)
    assert twice.following.block == Block(votes[2].case, {}, votes[2].seed)
    assert ballot([]).last is None


def test_undo_of_a_criterion_asks_it_again() -> None:
    """The answer to the question itself stays."""
    votes = undone(answered(2, "motion"), 1)
    back = ballot(votes, "motion").asked
    assert back is not None
    assert (back.criterion, back.pair.left) == ("motion", votes[0].left)


def test_a_new_criterion_is_asked_of_what_was_answered() -> None:
    """One call without it, the next with it."""
    votes = answered(2)
    more = ballot(votes, "light")
    assert more.asked is not None
    assert (more.asked.criterion, more.asked.pair.left) == ("light", votes[0].left)
    assert more.progress == Progress(done=0, total=12, waiting=0)


def test_what_the_page_was_told_stays_when_videos_come() -> None:
    """The pair before the voter keeps its place and its sides."""
    without = {cell for cell in CELLS if cell.arm != "dark"}
    told = ballot([], cells=without)
    assert told.asked is not None
    assert told.following is not None
    later = ballot([], announced=[told.asked.pair, told.following])
    assert (later.asked, later.following) == (told.asked, told.following)
    voted = ballot([vote_on(later.asked, 0)], announced=[told.asked.pair, told.following])
    assert voted.asked is not None
    assert voted.asked.pair == told.following


def test_progress_tells_of_videos_to_come() -> None:
    """Pairs that cannot be shown yet are counted apart."""
    without = {cell for cell in CELLS if cell.arm != "dark"}
    assert ballot([], cells=without).progress == Progress(done=0, total=4, waiting=8)
    assert ballot([], cells=set()).progress == Progress(done=0, total=0, waiting=12)
    assert ballot([], cells=set()).asked is None


def test_a_pair_whose_video_is_gone_is_not_asked() -> None:
    """Its answers stay."""
    votes = answered(1, "motion")
    gone = {cell for cell in CELLS if cell.block != Block(votes[0].case, {}, votes[0].seed)}
    then = ballot(votes, "motion", cells=gone)
    assert then.asked is not None
    assert (then.asked.pair.block.case, then.asked.pair.block.seed) != (votes[0].case, votes[0].seed)
    assert then.choice(ballot(votes, "motion").asked.pair, "") is Choice.LEFT  # type: ignore[union-attr]


def test_votes_on_what_is_no_pair_here_count_for_nothing() -> None:
    """Whatever brought them into the file."""
    strange = [
        replace(answered(1)[0], **change)
        for change in ({"left": "nobody"}, {"seed": 99}, {"left": "a", "right": "a"})
    ]
    assert ballot(strange).progress == Progress(done=0, total=12, waiting=0)
    assert ballot(strange).last is None


@given(
    steps=st.lists(st.sampled_from(["vote", "skip", "undo", "arrive"]), max_size=40), arrivals=st.randoms()
)
def test_whatever_is_done_nothing_is_asked_twice_or_forgotten(steps: list[str], arrivals: object) -> None:
    """Votes, skips, undos and arrivals in any order: in the end each pair has each answer once."""
    every = sorted(CELLS, key=repr)
    arrivals.shuffle(every)  # type: ignore[attr-defined]
    cells, votes = set(every[:6]), list[Vote]()
    for number, step in enumerate([*steps, *["arrive"] * 12, *["vote"] * 30]):
        now = ballot(votes, "motion", cells=cells)
        if step == "arrive":
            cells = {*cells, *every[: len(cells) + 1]}
        elif step == "undo" and now.last is not None:
            votes = [replace(vote, undone_at=vote.voted_at) if vote is now.last else vote for vote in votes]
        elif step in {"vote", "skip"} and now.asked is not None:
            votes.append(vote_on(now.asked, number, Choice.SKIP if step == "skip" else Choice.TIE))
    end = ballot(votes, "motion", cells=cells)
    assert end.asked is None
    assert end.progress == Progress(done=12, total=12, waiting=0)
    counting = [vote for vote in votes if vote.undone_at is None]
    given_once = {
        (vote.case, vote.seed, frozenset((vote.left, vote.right)), vote.criterion) for vote in counting
    }
    assert len(given_once) == len(counting)
