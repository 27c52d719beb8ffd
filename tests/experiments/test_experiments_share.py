"""Shared pages: static, complete, and only where there is room for them."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.experiments.outcomes import Made, a_plan
from tests.experiments.pages import Page
from wan_notebook.catalog import SettingError, Status, VideoState
from wan_notebook.experiments.outcome import gather
from wan_notebook.experiments.report.sharing import LIST, share

HOSTILE = "../<script>alert(1)</script>"


def pages(folder: Path) -> dict[str, Page]:
    """Return every page by its place in the folder."""
    found = sorted(folder.rglob("*.html"))
    return {path.relative_to(folder).as_posix(): Page(path.read_text(encoding="utf-8")) for path in found}


def test_there_is_a_page_for_each_block(tmp_path: Path) -> None:
    """Videos side by side with what was asked for and what they cost; the first page leads to all."""
    made = Made(tmp_path / "home").run().vote_all("right")
    written = share(made.outcome(), tmp_path / "pages")
    found = pages(tmp_path / "pages")
    blocks = [name for name in found if name.startswith("blocks/")]
    assert blocks[0] == "blocks/001-a-fox-seed-1.html"
    assert len(blocks) == 6
    assert set(found) == {"index.html", "report.html", *blocks}
    for name in blocks:
        assert len(found[name].named("video")) == 2
        assert "in a forest, golden light" in found[name].words
        assert "1.20 CNY" in found[name].words
    assert [link for link in found["index.html"].addresses if link in blocks] == blocks
    assert "“light” is better than “plain”" in found["index.html"].words
    assert written.page == tmp_path / "pages" / "index.html"
    assert re.search(r"\(\d+ KB, 12 videos\); open$", repr(written))


def test_every_address_is_in_the_folder(tmp_path: Path) -> None:
    """The folder can be moved, zipped, or put on a server, and fetches nothing from elsewhere."""
    made = Made(tmp_path / "home").run().vote_all()
    folder = share(made.outcome(), tmp_path / "pages").path
    kept = {path.read_bytes() for path in (tmp_path / "home" / "wan_videos").glob("video-*")}
    for name, page in pages(folder).items():
        for address in page.addresses:
            if not address.startswith("data:image/jpeg;base64,"):
                target = (folder / name).parent / unquote(address)
                assert target.is_file(), (name, address)
                assert target.resolve().is_relative_to(folder)
    assert {path.read_bytes() for path in (folder / "videos").iterdir()} == kept
    assert all(path.read_bytes().startswith(b"\xff\xd8") for path in (folder / "posters").iterdir())


def test_names_are_safe_and_text_stays_text(tmp_path: Path) -> None:
    """Whatever arms and cases are called, files have plain names, and no page runs what was typed."""
    arms = {HOSTILE: {"prompt": HOSTILE}, "狐狸": {"prompt": "x"}}
    made = Made(tmp_path / "home", a_plan(name=HOSTILE, arms=arms, cases=[{"who": HOSTILE}], seeds=[1])).run()
    made.vote_all(voter=HOSTILE, question=HOSTILE)
    folder = share(made.outcome(), tmp_path / "pages").path
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert all(re.fullmatch(r"[0-9A-Za-z_/-]+\.(html|mp4|jpg|json)", name) for name in names)
    assert (folder / "videos" / "001-02-arm.mp4").is_file()
    for name, page in pages(folder).items():
        assert len(page.named("script")) == (1 if name.startswith("blocks/") else 0)
        assert HOSTILE in page.words


def test_the_script_is_the_only_one_allowed(tmp_path: Path) -> None:
    """The page names its checksum; without a video there is no script at all."""
    made = Made(tmp_path / "home", a_plan(cases=[], seeds=[1, 2]))
    for cell in made.plan.cells[:2]:
        made.cell(cell)
    found = pages(share(made.outcome(), tmp_path / "pages").path)
    played, empty = found["blocks/001-seed-1.html"], found["blocks/002-seed-2.html"]
    policies = [
        [each["content"] for each in page.named("meta") if "http-equiv" in each] for page in (played, empty)
    ]
    assert "script-src 'sha256-" in policies[0][0]
    assert "script-src" not in policies[1][0]
    assert not empty.named("script")
    assert "not sent yet" in empty.words


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    """A failed cell has words in place of a video."""
    made = Made(tmp_path / "home", a_plan(cases=[], seeds=[1]))
    failed, good = made.plan.cells
    made.cell(failed, status=Status.FAILED, video_state=VideoState.NONE, cost=None)
    made.cell(good)
    page = pages(share(made.outcome(), tmp_path / "pages").path)["blocks/001-seed-1.html"]
    assert len(page.named("video")) == 1
    assert "Failed" in page.words


def test_shared_again_the_pages_are_new_and_others_files_stay(tmp_path: Path) -> None:
    """What is no longer needed goes, what somebody put there stays."""
    made = Made(tmp_path / "home").run()
    folder = share(made.outcome(), tmp_path / "pages").path
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    stale = folder / "videos" / "099-old.mp4"
    stale.touch()
    listed = json.loads((folder / LIST).read_text(encoding="utf-8"))
    listed["files"] += ["videos/099-old.mp4", "../home/wan_runs.sqlite", "/etc/passwd", "videos/100-gone.mp4"]
    (folder / LIST).write_text(json.dumps(listed), encoding="utf-8")
    made.vote_all("right")
    share(made.outcome(), folder)
    assert "“light” is better" in pages(folder)["index.html"].words
    assert not stale.exists()
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "home" / "wan_runs.sqlite").is_file()
    assert not list(tmp_path.glob(".*.part"))


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """One with files, a file, a link, or one whose list cannot be read; an empty folder is welcome."""
    made = Made(tmp_path / "home").run()
    outcome = made.outcome()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "index.html").write_text("mine", encoding="utf-8")
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "home")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / LIST).write_text("[]", encoding="utf-8")
    for name in ("full", "file", "link", "odd"):
        with pytest.raises(SettingError, match="is there already and was not made here"):
            share(outcome, tmp_path / name)
    assert (tmp_path / "full" / "index.html").read_text(encoding="utf-8") == "mine"
    (tmp_path / "empty").mkdir()
    share(outcome, tmp_path / "empty")


def test_a_file_of_somebody_else_with_a_name_that_is_needed_stays(tmp_path: Path) -> None:
    """Nothing is changed at all."""
    made = Made(tmp_path / "home")
    folder = share(made.outcome(), tmp_path / "pages").path
    made.run()
    (folder / "videos").mkdir(exist_ok=True)
    mine = folder / "videos" / "001-01-plain.mp4"
    mine.write_bytes(b"mine")
    before = (folder / "index.html").read_bytes()
    with pytest.raises(SettingError, match="is there already"):
        share(made.outcome(), folder)
    assert mine.read_bytes() == b"mine"
    assert (folder / "index.html").read_bytes() == before


def test_before_the_first_run_there_is_nothing_to_share(tmp_path: Path) -> None:
    """Said in a sentence that names what to do."""
    made = Made(tmp_path / "home")
    outcome = gather(made.plan, made.store, None)
    with pytest.raises(SettingError, match=r"nothing to share; begin with exp\.run\(\)"):
        share(outcome, tmp_path / "pages")
