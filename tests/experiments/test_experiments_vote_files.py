"""Votes go to a file and come back the same; a file that cannot be right changes nothing and says why."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.experiments.outcomes import Made, a_plan
from wan_notebook.catalog import SettingError
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.experiments.voting.exchanging import export_votes, import_votes
from wan_notebook.experiments.voting.vote_files import (
    COLUMNS,
    from_csv,
    from_json,
    read,
    to_csv,
    to_json,
    write,
)
from wan_notebook.records import Store, Vote, Votes

ENDINGS = pytest.mark.parametrize("ending", [".csv", ".json"])
CASES = ({"who": "=1+1"}, {"who": '狐狸, "🦊"\n\r\t\''})


class Held:
    """What an exchange needs of an experiment."""

    def __init__(self, made: Made) -> None:
        self.made = made

    @property
    def design(self) -> Plan:
        """What is compared."""
        return self.made.plan

    @property
    def store(self) -> Store:
        """The records."""
        return self.made.store

    @property
    def uid(self) -> str | None:
        """The id of its votes."""
        return self.made.stored.uid

    def votes(self) -> list[Vote]:
        """Return the votes that count."""
        return Votes(self.store).of(self.made.stored.uid)


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Callable[[str], Held]]:
    """Return a function that makes an experiment of the same plan in a folder of this name."""
    made: list[Made] = []

    def make(name: str) -> Held:
        made.append(Made(tmp_path / name, a_plan(cases=CASES, seeds=[1, 2])))
        return Held(made[-1])

    yield make
    for one in made:
        one.store.close()


@pytest.fixture
def held(new: Callable[[str], Held]) -> Held:
    """Make an experiment with four votes, one of them taken back."""
    held = new("here")
    case, other = (block.case for block in held.design.blocks[::2])
    held.made.vote([(case, 1, "plain", "light", "left"), (case, 2, "light", "plain", "tie")])
    held.made.vote([(other, 1, "plain", "light", "skip")], voter="-王", criterion="@light", watch_s=0.1 + 0.2)
    held.made.vote([(other, 2, "plain", "light", "both_bad")], question="'=which?")
    Votes(held.store).undo(["vote-0001"], datetime(2026, 11, 21, tzinfo=UTC))
    return held


@ENDINGS
def test_what_is_exported_reads_back_the_same(held: Held, new: Callable[[str], Held], ending: str) -> None:
    """Every field to the microsecond; what was taken back stays out; the experiment is the one that reads."""
    path = export_votes(held, held.made.home / f"votes{ending}")
    other = new("there")
    assert repr(import_votes(other, path)) == "3 votes added, 0 were there already."
    assert other.votes() == [replace(vote, experiment=other.uid or "") for vote in held.votes()]
    assert len(held.votes()) == 3


@ENDINGS
def test_what_is_here_already_is_not_doubled(held: Held, ending: str) -> None:
    """Nor does a vote come back that was taken back after the export."""
    path = export_votes(held, held.made.home / f"votes{ending}")
    Votes(held.store).undo(["vote-0000"], datetime(2026, 11, 21, tzinfo=UTC))
    done = import_votes(held, path)
    assert (done.new, done.known) == (0, 3)
    assert len(held.votes()) == 2


@ENDINGS
def test_votes_come_in_the_order_they_were_given(new: Callable[[str], Held], ending: str) -> None:
    """A file sorted by the choice would else show a run of wins, and early looks go by the order."""
    held = new("sorted")
    case = held.design.blocks[0].case
    held.made.vote([(case, 1, "plain", "light", "right"), (case, 2, "plain", "light", "left")])
    path = export_votes(held, held.made.home / f"votes{ending}")
    rows = sorted(read(path), key=lambda row: str(row["choice"]))
    write(path, rows)
    other = new("there")
    import_votes(other, path)
    assert [row["choice"] for row in rows] == ["left", "right"]
    assert [vote.choice for vote in other.votes()] == ["right", "left"]


rows = st.lists(
    st.fixed_dictionaries(
        {
            name: st.integers() if name == "seed" else st.floats(0, 1e9) if name == "watch_s" else st.text()
            for name in COLUMNS
        }
    )
)


@given(rows=rows)
def test_any_text_survives_the_way(rows: list[dict[str, Any]]) -> None:
    """In both formats, formulas and quotes and line ends too."""
    assert from_json(to_json(rows)) == rows
    assert from_csv(to_csv(rows)) == [{name: str(value) for name, value in row.items()} for row in rows]


@given(value=st.text(min_size=1))
def test_no_cell_begins_like_a_formula(value: str) -> None:
    """A spreadsheet that opens the file runs nothing a voter has typed."""
    row: dict[str, Any] = {**dict.fromkeys(COLUMNS, value), "seed": 1, "watch_s": 1.0}
    _, cells = csv.reader(io.StringIO(to_csv([row]), newline=""))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_csv_is_told_to_be_utf_8(held: Held) -> None:
    """Spreadsheets take it for something else without the mark."""
    path = export_votes(held, held.made.home / "votes.CSV")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfvote_id,voter,")
    assert "'=which?" in path.read_text("utf-8-sig")
    path.write_bytes(path.read_bytes()[3:])
    assert import_votes(held, path).known == 3


def changed(held: Held, **changes: Any) -> Path:
    """Write the votes as JSON, the first of them changed."""
    path = export_votes(held, held.made.home / "votes.json")
    whole = json.loads(path.read_text("utf-8"))
    whole["votes"][0].update({"vote_id": "new", "voter": "bob", **changes})
    path.write_text(json.dumps(whole), "utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"vote_id": ""}, "vote_id '' is not a text"),
        ({"vote_id": None}, "vote_id is missing"),
        ({"voter": "x" * 61}, "60 printable characters"),
        ({"voter": "a\nb"}, "voter 'a\\\\nb' is not a text"),
        ({"question": " "}, "question ' ' is not a text"),
        ({"criterion": "a\tb"}, "criterion 'a\\\\tb' is not a text"),
        ({"left": "gold"}, "there is no arm 'gold' in this experiment; there are 'plain', 'light'"),
        ({"left": ["plain"]}, "left is missing, or no text"),
        ({"right": "plain"}, "left and right are the same arm"),
        ({"case": "a bear"}, "no block with case 'a bear' and seed 1"),
        ({"seed": 9}, "seed 9"),
        ({"seed": True}, "seed True"),
        ({"seed": 1.5}, "seed 1.5"),
        ({"choice": "maybe"}, "'maybe' is none of left, right, tie, both_bad, skip"),
        ({"shown_at": "2026-11-21T12:00:00"}, "is not a time with its zone"),
        ({"voted_at": "yesterday"}, "voted_at 'yesterday'"),
        ({"voted_at": "2020-01-01T00:00:00Z"}, "before the pair was shown"),
        ({"watch_s": -1}, "watch_s -1"),
        ({"watch_s": "nan"}, "watch_s 'nan'"),
        ({"watch_s": None}, "watch_s is missing"),
    ],
)
def test_a_vote_that_cannot_be_right_is_named(held: Held, changes: dict[str, Any], said: str) -> None:
    """With what is wrong; nothing of the file is taken."""
    before = held.votes()
    with pytest.raises(SettingError, match=said) as caught:
        import_votes(held, changed(held, **changes))
    assert "vote 1:" in str(caught.value)
    assert held.votes() == before


def test_all_problems_are_told_at_once(held: Held) -> None:
    """Of every vote every one."""
    with pytest.raises(SettingError) as caught:
        import_votes(held, changed(held, left="gold", choice="maybe", seed=9))
    assert str(caught.value).count("- vote 1:") == 3
    assert "1 votes in it" in str(caught.value)


def test_times_in_other_zones_are_the_same_moment(held: Held) -> None:
    """As another program may write them."""
    vote = held.votes()[0]
    shanghai = timezone(timedelta(hours=8))
    times = {name: getattr(vote, name).astimezone(shanghai).isoformat() for name in ("shown_at", "voted_at")}
    import_votes(held, changed(held, **times))
    (added,) = [one for one in held.votes() if one.vote_id == "new"]
    assert (added.shown_at, added.voted_at) == (vote.shown_at, vote.voted_at)


def test_votes_that_contradict_each_other_are_named(held: Held, new: Callable[[str], Held]) -> None:
    """One id with two contents, one voter with two answers, an id of another experiment."""
    path = changed(held)
    whole = json.loads(path.read_text("utf-8"))
    whole["votes"].append({**whole["votes"][0], "choice": "right"})
    path.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(SettingError, match="stands in this file before"):
        import_votes(held, path)
    whole["votes"][-1]["vote_id"] = "newer"
    path.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(SettingError, match="'bob' has already answered"):
        import_votes(held, path)
    with pytest.raises(SettingError, match="'ann' has already answered"):
        import_votes(held, changed(held, voter="ann"))
    Votes(held.store).add(replace(held.votes()[0], vote_id="new", experiment="other"))
    with pytest.raises(SettingError, match="belongs to a vote of another experiment"):
        import_votes(held, changed(held))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("votes.txt", "", "neither .csv nor .json"),
        ("votes.json", "{", "does not hold votes"),
        ("votes.json", "[]", "does not hold votes"),
        ("votes.json", "[" * 100_000, "does not hold votes"),
        ("votes.json", '{"format": "wan-notebook votes", "version": 9, "votes": []}', "does not hold votes"),
        ("votes.json", '{"format": "wan-notebook votes", "version": 1, "votes": [1]}', "does not hold votes"),
        ("votes.csv", 'vote_id\n"a" b', "does not hold votes"),
        ("votes.csv", "", "lacks the columns vote_id, voter"),
        ("votes.csv", ",".join(COLUMNS[1:]), "lacks the columns vote_id;"),
        ("votes.csv", f"{','.join(COLUMNS)}\nx", "voter is missing"),
    ],
)
def test_a_file_of_something_else_is_refused(held: Held, name: str, content: str, said: str) -> None:
    """By its ending, or by what is in it."""
    path = held.made.home / name
    path.write_text(content, "utf-8")
    with pytest.raises(SettingError, match=said):
        import_votes(held, path)


def test_files_that_cannot_be_used_are_named(held: Held) -> None:
    """A folder that is not there, a file that is not there, one that is no text."""
    with pytest.raises(SettingError, match=r"cannot be written.*No such file"):
        export_votes(held, held.made.home / "none" / "votes.csv")
    with pytest.raises(SettingError, match=r"cannot be read.*No such file"):
        import_votes(held, held.made.home / "none.csv")
    (held.made.home / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingError, match="does not hold votes"):
        import_votes(held, held.made.home / "bytes.csv")


def test_before_the_first_run_there_are_no_votes(held: Held) -> None:
    """An export is empty, an import is refused."""

    class Fresh(Held):
        uid = None

    fresh = Fresh(held.made)
    path = export_votes(fresh, held.made.home / "empty.json")
    assert json.loads(path.read_text("utf-8"))["votes"] == []
    with pytest.raises(SettingError, match="was not run yet"):
        import_votes(fresh, path)
