"""An archive holds an experiment whole, comes out the same, and nothing in a file from outside is trusted."""

import hashlib
import json
import stat
from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from tests.experiments.outcomes import Made, a_plan
from tests.records.rows import new_adder
from wan_notebook.catalog import SettingError, Status, VideoState, WanError
from wan_notebook.experiments.archives.archive import MARK, ROWS, export
from wan_notebook.experiments.archives.unpacking import load
from wan_notebook.experiments.experiment import Experiment
from wan_notebook.records import Votes, frame

Change = Callable[[dict[str, Any]], object]
"""Changes the rows of an archive."""
VIDEO = "wan_videos/0001_plain_seed-1.mp4"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Return an experiment with twelve videos, votes on two things, one of them taken back."""
    made = Made(tmp_path / "home").run().vote_all("right").vote_all("left", criterion="motion", voter="bo")
    first = Votes(made.store).of(made.stored.uid)[0]
    Votes(made.store).undo([first.vote_id], made.store.now())
    return made


@pytest.fixture
def packed(made: Made, tmp_path: Path) -> Path:
    """Return its archive."""
    return export(made.store, made.stored, made.plan.name, tmp_path / "fox.zip").path


def opened(path: Path, folder: Path | None = None) -> Experiment:
    """Return the experiment of an archive, its records closed at the end of the process."""
    return Experiment.load(path, folder)


def test_it_comes_out_as_it_went_in(made: Made, packed: Path, tmp_path: Path) -> None:
    """Plan, results of every kind, votes also those taken back, and the videos' bytes."""
    loaded = opened(packed)
    assert loaded.design == made.plan
    assert loaded.uid == made.stored.uid
    assert loaded.store.home == tmp_path / "fox-light"
    before, after = made.outcome(), loaded.outcome()
    assert after.votes == before.votes
    assert after.decision == before.decision
    assert Votes(loaded.store).of(made.stored.uid, undone=True) == Votes(made.store).of(
        made.stored.uid, undone=True
    )
    for cell, state in before.states.items():
        again = after.states[cell]
        assert again.video is not None
        assert state.video is not None
        assert again.video.read_bytes() == state.video.read_bytes()
        assert again.video.is_relative_to(tmp_path / "fox-light" / "wan_videos")
    shown = ["task_id", "prompt", "cost", "status", "submitted_at", "arm", "case", "seed", "body"]
    assert frame(loaded.store)[shown].equals(frame(made.store)[shown])


def test_what_is_private_stays_at_home(packed: Path) -> None:
    """No account, address, notebook, owner or link is in its rows."""
    held = ZipFile(packed).read(ROWS).decode()
    for secret in ("account", "secret.ipynb", "127.0.0.1", "owner", "http", "base_url"):
        assert secret not in held, secret


def test_only_this_experiment_is_in_it(made: Made, tmp_path: Path) -> None:
    """Other tasks of the same log are left out."""
    body = {"model": "wan2.7-t2v", "input": {"prompt": "other"}, "parameters": {}}
    add = new_adder(made.store)
    add(status=Status.SUCCEEDED, body=body)
    export(made.store, made.stored, made.plan.name, tmp_path / "fox.zip")
    assert len(frame(opened(tmp_path / "fox.zip").store)) == 12


def test_it_can_be_worked_with(packed: Path, tmp_path: Path) -> None:
    """Results, verdict, report and pages come from the folder alone; running is refused in a sentence."""
    loaded = opened(packed)
    assert list(loaded.results("pairs")["votes"]) == [5]
    assert "Not enough yet" in repr(loaded.verdict())
    assert loaded.report(tmp_path / "fox.html").path.is_file()
    assert loaded.share(tmp_path / "pages").path.is_dir()
    assert loaded.export(tmp_path / "again.zip").path.is_file()
    assert "fox-light" in loaded._repr_html_()
    with pytest.raises(SettingError, match="fox-light"):
        loaded.run(ask=False)


def test_loaded_again_it_is_the_same_folder(made: Made, packed: Path, tmp_path: Path) -> None:
    """Votes given there since are still there; another archive of that name gets a folder of its own."""
    first = opened(packed)
    votes = Votes(made.store).of(made.stored.uid)
    Votes(first.store).undo([vote.vote_id for vote in votes], made.store.now())
    assert opened(packed).outcome().votes == []
    export(made.store, made.stored, made.plan.name, tmp_path / "later.zip")
    assert opened(tmp_path / "later.zip").store.home == tmp_path / "fox-light"  # nothing was new
    made.vote([("a fox", 1, "plain", "light", "tie")], voter="cy")
    export(made.store, made.stored, made.plan.name, tmp_path / "later.zip")
    assert opened(tmp_path / "later.zip").store.home == tmp_path / "fox-light-2"


def test_a_folder_can_be_named(packed: Path, tmp_path: Path) -> None:
    """New or empty; one that holds anything else is left alone."""
    (tmp_path / "empty").mkdir()
    assert opened(packed, tmp_path / "empty").store.home == tmp_path / "empty"
    assert opened(packed, tmp_path / "empty").store.home == tmp_path / "empty"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("full", "link"):
        with pytest.raises(SettingError, match="is there already and was not made here"):
            load(packed, tmp_path / name)
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_a_video_that_is_gone_is_said_to_be(made: Made, tmp_path: Path) -> None:
    """The archive is made all the same."""
    (made.home / "wan_videos" / "video-0000.mp4").unlink()
    written = export(made.store, made.stored, made.plan.name, tmp_path / "fox.zip")
    assert repr(written).endswith("11 videos).")
    assert written._repr_html_().startswith("<p>Archive written")
    row = opened(written.path).results("cells").iloc[0]
    assert (row["status"], row["video_state"]) == ("SUCCEEDED", "failed")


def test_only_an_archive_is_replaced(made: Made, packed: Path, tmp_path: Path) -> None:
    """Another zip file of that name stays."""
    export(made.store, made.stored, made.plan.name, packed)
    with ZipFile(tmp_path / "mine.zip", "w") as other:
        other.writestr("thesis.txt", "mine")
    (tmp_path / "text.zip").write_text("mine", encoding="utf-8")
    for name in ("mine.zip", "text.zip"):
        with pytest.raises(SettingError, match="is there already and was not made here"):
            export(made.store, made.stored, made.plan.name, tmp_path / name)
    with pytest.raises(SettingError, match=r"must end in \.zip"):
        export(made.store, made.stored, made.plan.name, tmp_path / "fox.rar")
    with pytest.raises(SettingError, match="was not run yet, so there is nothing to export"):
        export(made.store, None, made.plan.name, tmp_path / "new.zip")


def test_an_unfinished_experiment_can_be_archived(tmp_path: Path) -> None:
    """What still runs is in it as it stands, and has no video there."""
    made = Made(tmp_path / "home", a_plan(cases=[]))
    made.cell(made.plan.cells[0], status=Status.RUNNING, video_state=VideoState.NONE, cost=None)
    export(made.store, made.stored, made.plan.name, tmp_path / "fox.zip")
    assert list(opened(tmp_path / "fox.zip").results("cells")["status"].dropna()) == ["RUNNING"]


def forged(packed: Path, change: Change = lambda rows: None, extra: Mapping[str, bytes] = {}) -> Path:
    """Write an archive again with changed rows, and with further members or others instead."""
    target = packed.with_name("forged.zip")
    with ZipFile(packed) as source, ZipFile(target, "w") as archive:
        archive.comment = MARK
        rows = json.loads(source.read(ROWS))
        change(rows)
        for name in source.namelist():
            if name != ROWS and name not in extra:
                archive.writestr(ZipInfo(name), source.read(name))
        for name, content in {ROWS: json.dumps(rows).encode(), **extra}.items():
            archive.writestr(ZipInfo(name), content)
    return target


def renamed(name: str) -> Change:
    """Return a change that lists the first video under another name."""

    def change(rows: dict[str, Any]) -> None:
        rows["videos"][name] = rows["videos"].pop(VIDEO)
        rows["tasks"][0]["video"] = name

    return change


def test_a_forged_archive_is_like_the_real_one(packed: Path) -> None:
    """The other tests fail for what they change, not for how."""
    assert len(opened(forged(packed)).outcome().votes) == 11


@pytest.mark.parametrize(
    "name",
    [
        "../evil.mp4",
        "wan_videos/../../evil.mp4",
        "/evil.mp4",
        "C:\\evil.mp4",
        "wan_videos\\evil.mp4",
        "wan_videos/a/b.mp4",
        "wan_videos/.hidden.mp4",
        "wan_videos/evil.sh",
        "wan_runs.sqlite",
        "wan_videos/a.mp4\n",
    ],
)
def test_names_lead_nowhere_else(packed: Path, tmp_path: Path, name: str) -> None:
    """Whatever a member is called, nothing is written outside the folder, nor inside."""
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SettingError, match="cannot be used as the archive of an experiment"):
        load(forged(packed, renamed(name), {name: b"evil"}))
    assert sorted(path for path in tmp_path.rglob("*") if path.name != "forged.zip") == before


def drop_plan(rows: dict[str, Any]) -> None:
    """Take the plan away."""
    rows["experiment"]["plan"] = "{}"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: rows.update(format=2), "newer version of this package; this one reads format 1"),
        (lambda rows: rows.pop("votes"), "votes: Field required"),
        (lambda rows: rows.update(more=1), "more: Extra inputs"),
        (drop_plan, "it holds no plan"),
        (lambda rows: rows["experiment"].update(plan="["), "cannot be used"),
        (lambda rows: rows["experiment"].update(plan="[" * 99_999), "cannot be used"),
        (lambda rows: rows["experiment"].update(name="another"), "its rows belong to something else"),
        (lambda rows: rows["experiment"].update(uid="../../x"), "experiment.uid"),
        (lambda rows: rows["tasks"][0].update(experiment="another"), "belong to something else"),
        (lambda rows: rows["tasks"][0].update(status="WON"), "cannot be used"),
        (lambda rows: rows["tasks"][0].update(body="{"), "cannot be used"),
        (lambda rows: rows["tasks"][0].update(cost="1.20"), "cannot be used"),
        (lambda rows: rows["tasks"][0].update(surprise=1), "surprise"),
        (lambda rows: rows["tasks"][0].pop("click_id"), "click_id"),
        (lambda rows: rows["tasks"][0].update(video="/etc/passwd"), "videos are not those it lists"),
        (lambda rows: rows["tasks"][0].update(video=["x"]), "tasks.0.video"),
        (lambda rows: rows["votes"][0].update(experiment="x"), "belong to something else"),
        (lambda rows: rows["votes"][0].update(left="dark"), "belong to something else"),
        (lambda rows: rows["votes"][0].update(seed=99), "belong to something else"),
        (lambda rows: rows["votes"][0].update(right=rows["votes"][0]["left"]), "cannot be used"),
        (lambda rows: rows["votes"][0].update(choice="middle"), "cannot be used"),
        (lambda rows: rows["votes"][0].update(shown_at=1e300), "cannot be used"),
        (lambda rows: rows["votes"][0].pop("voter"), "cannot be used"),
        (lambda rows: rows["votes"].append(rows["votes"][0]), "cannot be used"),
        (lambda rows: rows["videos"][VIDEO].update(bytes=1), "sizes in it are not as it says"),
        (lambda rows: rows["videos"][VIDEO].update(sha256="0" * 64), f"{VIDEO} is not the video it was"),
        (lambda rows: rows["videos"].pop(VIDEO), "videos are not those it lists"),
    ],
)
def test_rows_that_are_wrong_are_refused(packed: Path, tmp_path: Path, change: Change, reason: str) -> None:
    """In one sentence that says what is wrong, and nothing is left behind."""
    with pytest.raises(SettingError) as raised:
        load(forged(packed, change))
    assert reason in str(raised.value)
    assert {path.name for path in tmp_path.iterdir()} == {"home", "fox.zip", "forged.zip"}


def test_a_damaged_video_is_noticed(packed: Path, tmp_path: Path) -> None:
    """One byte of it is another."""
    content = ZipFile(packed).read(VIDEO)
    with pytest.raises(SettingError, match="is not the video it was"):
        load(forged(packed, extra={VIDEO: bytes([content[0] ^ 1]) + content[1:]}))
    whole = packed.read_bytes()
    place = whole.index(content)
    packed.write_bytes(whole[:place] + bytes([content[0] ^ 1]) + whole[place + 1 :])
    with pytest.raises(SettingError, match="cannot be used as the archive of an experiment: Bad CRC"):
        load(packed)
    packed.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(
        SettingError, match="cannot be used as the archive of an experiment: File is not a zip"
    ):
        load(packed)


def test_a_link_is_never_made(packed: Path, tmp_path: Path) -> None:
    """A member that says it is a symbolic link comes out as a plain file, whose checksum must be right."""
    target = packed.with_name("linked.zip")
    path = b"/etc/passwd"
    with ZipFile(packed) as source, ZipFile(target, "w") as archive:
        rows = json.loads(source.read(ROWS))
        rows["videos"][VIDEO] = {"sha256": hashlib.sha256(path).hexdigest(), "bytes": len(path)}
        entry = ZipInfo(VIDEO)
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, path)
        for name in source.namelist():
            if name not in {ROWS, VIDEO}:
                archive.writestr(ZipInfo(name), source.read(name))
        archive.writestr(ROWS, json.dumps(rows))
    loaded = opened(target).store.home / VIDEO
    assert not loaded.is_symlink()
    assert loaded.read_bytes() == path


def test_a_bomb_is_not_unpacked(packed: Path) -> None:
    """What grows when it is unpacked is refused before a byte of it is written; so are rows without end."""
    target = packed.with_name("bomb.zip")
    zeros = bytes(50_000_000)
    with ZipFile(packed) as source, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        rows = json.loads(source.read(ROWS))
        rows["videos"][VIDEO] = {"sha256": hashlib.sha256(zeros).hexdigest(), "bytes": len(zeros)}
        for name in source.namelist():
            if name not in {ROWS, VIDEO}:
                archive.writestr(ZipInfo(name), source.read(name), ZIP_STORED)
        archive.writestr(VIDEO, zeros, ZIP_DEFLATED)
        archive.writestr(ROWS, json.dumps(rows))
    with pytest.raises(SettingError, match="sizes in it are not as it says"):
        load(target)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr(ROWS, bytes(101 * 2**20))
    with pytest.raises(SettingError, match="sizes in it are not as it says"):
        load(target)


def test_members_do_not_lie_on_each_other(packed: Path) -> None:
    """A file whose members share their bytes could hold more than it is; that is refused, too."""
    target = packed.with_name("shared.zip")
    content = bytes(1_000_000)
    with ZipFile(packed) as source, ZipFile(target, "w") as archive:
        rows = json.loads(source.read(ROWS))
        sums = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        rows["videos"] = dict.fromkeys(rows["videos"], sums)
        first, *others = rows["videos"]
        archive.writestr(first, content)
        for name in others:
            entry = copy(archive.getinfo(first))
            entry.filename = name
            archive.filelist.append(entry)
            archive.NameToInfo[name] = entry
        archive.writestr(ROWS, json.dumps(rows))
    with pytest.raises(SettingError, match="sizes in it are not as it says"):
        load(target)


def test_records_that_were_taken_away_are_missed(packed: Path) -> None:
    """The folder still says where it came from, but the plan is gone."""
    folder = opened(packed).store.home
    for file in folder.glob("wan_runs.sqlite*"):
        file.unlink()
    with pytest.raises(SettingError, match="it holds no plan"):
        load(packed)


def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    """A file that is missing, a text, a zip of something else, a member twice."""
    with pytest.raises(SettingError, match=r"There is no file .*fox\.zip"):
        load(tmp_path / "fox.zip")
    (tmp_path / "fox.zip").write_text("hello", encoding="utf-8")
    with pytest.raises(SettingError, match="not a zip file"):
        load(tmp_path / "fox.zip")
    with ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("thesis.txt", "mine")
    with pytest.raises(SettingError, match="is no archive of an experiment"):
        load(tmp_path / "other.zip")
    with pytest.raises(SettingError, match="cannot be used"):
        load(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(packed: Path, tmp_path: Path) -> None:
    """In one sentence with the system's reason."""
    (tmp_path / "file").touch()
    with pytest.raises(WanError, match="could not be written"):
        load(packed, tmp_path / "file" / "fox")
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
