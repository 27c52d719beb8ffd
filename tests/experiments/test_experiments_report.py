"""The report: one file that tells all, fetches nothing, and is written whole or not at all."""

import base64
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.experiments.outcomes import Made, a_plan
from tests.experiments.pages import Page
from tests.files import picture
from wan_notebook.catalog import Request, SettingError, Status, VideoState, language
from wan_notebook.experiments.report import BEGINNING, MOST_BYTES, Verdict, report

HOSTILE = "<script>alert('1')</script> \"quoted\" & <img src=x onerror=alert(2)> \u202e {who}"


@pytest.fixture
def chinese() -> Iterator[None]:
    """Speak Chinese for one test."""
    language("zh")
    yield
    language("en")


def read(path: Path) -> Page:
    """Return a written page."""
    return Page(path.read_text(encoding="utf-8"))


def test_it_tells_everything_in_one_file(tmp_path: Path) -> None:
    """Verdict, method, chart, plan, requests, seeds, cases, costs, votes, versions, date."""
    made = Made(tmp_path).run().vote_all("right")
    page = read(report(made.outcome(), tmp_path / "fox.html").path)
    sections = [part["id"] for part in page.named("section") if "id" in part]
    assert sections == ["preferred", "costs", "decided", "plan", "videos", "votes", "requests", "about"]
    for words in (
        "fox-light",
        "“light” is better than “plain”",
        "Planned before the first vote: 6 blocks",
        "Which looks better?",
        "a fox, a robot",
        "seeds 1, 2, 3",
        "1.20 CNY",
        "14.40 CNY spent",
        "wan2.7-t2v",
        '"prompt": "a robot in a forest, golden light"',
        "the simulator of this package",
        f"Python {'.'.join(map(str, sys.version_info[:3]))}",
        "2026-11-21 09:30 UTC",
        "6 answers by 1 voters: ann.",
    ):
        assert words in page.words, words
    assert len(page.named("svg")) >= 3


def test_the_verdict_comes_first(tmp_path: Path) -> None:
    """Before any number, in words."""
    made = Made(tmp_path).run().vote_all("right")
    words = read(report(made.outcome(), tmp_path / "fox.html").path).words
    verdict = Verdict(made.outcome()).sentences[0]
    assert words.index(verdict) < words.index("How often each arm was preferred")


def test_nothing_is_fetched_but_what_lies_beside(tmp_path: Path) -> None:
    """No address of a network, no script; pictures are in the file, links lead to the videos."""
    made = Made(tmp_path).run().vote_all()
    path = report(made.outcome(), tmp_path / "out" / "fox.html").path
    page = read(path)
    posters = [address for address in page.addresses if address.startswith("data:image/jpeg;base64,")]
    links = [address for address in page.addresses if address not in posters]
    assert len(posters) == len(links) == len(made.plan.cells)
    assert all((path.parent / unquote(link)).resolve().is_file() for link in links)
    assert not page.named("script")
    assert not page.named("link")
    assert "http" not in path.read_text(encoding="utf-8").replace("http-equiv", "")
    (policy,) = [each["content"] for each in page.named("meta") if "http-equiv" in each]
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy


def test_what_people_typed_stays_text(tmp_path: Path) -> None:
    """Names, prompts, cases, voters, questions and reasons of failures may hold markup."""
    arms = {HOSTILE: {"prompt": HOSTILE}, "plain": {"prompt": f"plain {HOSTILE}"}}
    made = Made(tmp_path, a_plan(name=HOSTILE, arms=arms, cases=[{"who": HOSTILE}], seeds=[1, 2]))
    failed, *others = made.plan.cells
    made.cell(failed, status=Status.FAILED, video_state=VideoState.NONE, error_message=HOSTILE, cost=None)
    for cell in others:
        made.cell(cell)
    made.vote_all("left", question=HOSTILE, voter=HOSTILE).vote_all(
        "tie", question=HOSTILE, criterion=HOSTILE
    )
    page = read(report(made.outcome(), tmp_path / "x.html").path)
    assert not page.named("script")
    assert len(page.named("img")) == 3
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert page.words.count("<script>alert('1')</script>") > 10


def test_videos_can_be_in_the_file(tmp_path: Path) -> None:
    """Their bytes come out of it unchanged, one for each cell, with a poster."""
    made = Made(tmp_path).run()
    written = report(made.outcome(), tmp_path / "fox.html", videos=True)
    videos = read(written.path).named("video")
    kept = {file.read_bytes() for file in (tmp_path / "wan_videos").glob("video-*.mp4")}
    told = [base64.b64decode(video["src"].removeprefix("data:video/mp4;base64,")) for video in videos]
    assert len(told) == len(made.plan.cells)
    assert set(told) == kept
    assert all(video["poster"].startswith("data:image/jpeg") for video in videos)
    assert re.search(r"\(\d+ KB\), with 12 videos in it\.$", repr(written))


def test_too_much_video_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """Nothing is written; with links there is no limit."""
    made = Made(tmp_path).run()
    os.truncate(tmp_path / "wan_videos" / "video-0000.mp4", MOST_BYTES + 1)
    with pytest.raises(SettingError, match="The videos are 500 MB, and a report holds at most 500 MB"):
        report(made.outcome(), tmp_path / "fox.html", videos=True)
    assert not (tmp_path / "fox.html").exists()
    assert report(made.outcome(), tmp_path / "fox.html").path.is_file()


def test_an_earlier_report_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    """A page of somebody else's stays as it is, as does what a link leads to."""
    made = Made(tmp_path)
    mine, other, link = (tmp_path / name for name in ("mine.html", "other.html", "link.html"))
    report(made.outcome(), mine)
    first = mine.read_bytes()
    made.run()
    report(made.outcome(), mine)
    assert mine.read_bytes() != first
    other.write_text("<p>mine</p>", encoding="utf-8")
    link.symlink_to(mine)
    for target in (other, link):
        with pytest.raises(SettingError, match="is there already and was not made here"):
            report(made.outcome(), target)
    assert other.read_text(encoding="utf-8") == "<p>mine</p>"
    assert link.is_symlink()
    assert mine.read_bytes().startswith(BEGINNING)
    assert not list(tmp_path.glob(".*.part"))


def test_names_it_cannot_have_are_refused(tmp_path: Path) -> None:
    """Another ending, or a folder that is a file."""
    made = Made(tmp_path)
    with pytest.raises(SettingError, match=r"must end in \.html / \.htm"):
        report(made.outcome(), tmp_path / "fox.pdf")
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match="could not be written"):
        report(made.outcome(), tmp_path / "file" / "fox.html")


def test_secrets_stay_at_home(tmp_path: Path) -> None:
    """No account, notebook, address of the service, or folder of this machine is in it."""
    girl = picture(tmp_path / "private" / "girl")
    media = [{"type": "first_frame", "url": str(girl)}]
    plan = a_plan(model="wan2.7-i2v", base={"duration": 2, "media": media})
    made = Made(tmp_path, plan).run().vote_all()
    written = report(made.outcome(), tmp_path / "fox.html").path.read_text(encoding="utf-8")
    for secret in ("account-hash", "secret.ipynb", "127.0.0.1", str(tmp_path)):
        assert secret not in written, secret
    assert "girl.png" in written


def test_a_picture_sent_as_text_is_cut(tmp_path: Path) -> None:
    """The exact request says how long it was."""
    address = f"data:image/png;base64,{base64.b64encode(picture(tmp_path).read_bytes()).decode()}"
    media = [{"type": "first_frame", "url": address}]
    made = Made(tmp_path, a_plan(model="wan2.7-i2v", base={"duration": 2, "media": media})).run()
    words = read(report(made.outcome(), tmp_path / "fox.html").path).words
    assert address not in words
    assert f"… ({len(address)})" in words


def test_failures_are_told_with_their_reason(tmp_path: Path) -> None:
    """Where a video is missing the page says why; a file that was deleted is no broken picture."""
    made = Made(tmp_path, a_plan(cases=[]))
    failed, deleted, broken, unsent, *_ = made.plan.cells
    made.cell(failed, status=Status.FAILED, video_state=VideoState.NONE, error_message="Too dark.", cost=None)
    made.cell(deleted)
    made.cell(broken)
    (tmp_path / "wan_videos" / "video-0001.mp4").unlink()
    (tmp_path / "wan_videos" / "video-0002.mp4").write_bytes(b"no video")
    words = read(report(made.outcome(), tmp_path / "fox.html").path).words
    assert f"{failed.arm}, {failed.block.name}: Failed. Too dark. (attempt 1)" in words
    assert "the file is no longer there" in words
    assert "not sent yet" in words
    assert "3 not sent" in words
    assert unsent.arm in words


def test_before_a_vote_it_says_that_nothing_can_be_said(tmp_path: Path) -> None:
    """Such a report is a record of what was planned and made."""
    made = Made(tmp_path).run()
    words = read(report(made.outcome(), tmp_path / "fox.html").path).words
    assert "No votes yet, so nothing can be said" in words
    assert "There are no votes yet." in words


def test_more_arms_are_shown_against_all_others(tmp_path: Path) -> None:
    """Three arms on one chart, three pairs on another, strengths, and the cost of each."""
    arms = {name: {"prompt": f"{name} fox"} for name in ("red", "blue", "green")}
    plan = a_plan(arms=arms, cases=[], seeds=[1, 2, 3, 4, 5, 6])
    made = Made(tmp_path, plan).run().vote_all("left").vote_all("tie", criterion="motion")
    page = read(report(made.outcome(), tmp_path / "fox.html").path)
    assert "Pair by pair" in page.words
    assert "Also asked: motion" in page.words
    assert "red against green" in page.words
    assert "Win rate against cost" in page.words
    assert "p (Holm)" in page.words
    assert len([part for part in page.named("svg") if part["class"] == "row"]) == 4 * 4


def test_arms_stand_side_by_side_with_what_differs_marked(tmp_path: Path) -> None:
    """Words of a prompt, whole values of anything else; the same in all is listed once, cases as a table."""
    arms = {
        "plain": {"prompt": "{who} in the {place}"},
        "sharp": {"prompt": "{who} in the bright {place}", "resolution": "1080P", "negative_prompt": "blur"},
    }
    cases = [{"who": "a fox", "place": "rain"}, {"who": "a robot", "place": "snow"}]
    made = Made(tmp_path, a_plan(arms=arms, cases=cases, seeds=[4]))
    for cell in made.plan.cells[::2]:
        made.cell(cell)
    made.vote([("a fox, rain", 4, "plain", "sharp", "skip")])
    written = report(made.outcome(), tmp_path / "x.html").path
    marks = re.findall(r'<mark class="differs">(.*?)</mark>', written.read_text(encoding="utf-8"))
    assert sorted(marks) == sorted(["720P", "1080P", "bright ", "–", "blur"])
    page = read(written)
    assert "duration 2 prompt_extend false" in page.words
    assert "case who place a fox, rain a fox rain a robot, snow a robot snow" in page.words
    assert "2 blocks: each of the 2 cases with each of the seeds 4." in page.words
    assert "skipped" in page.words
    assert "Win rate against cost" not in page.words


def test_a_model_that_has_left_the_catalogue_is_still_told_of(tmp_path: Path) -> None:
    """As far as plan and records know it."""
    gone = {"prompt": "a fox", "model": "wan1-gone"}
    made = Made(tmp_path, a_plan(arms={"old": gone, "new": {"prompt": "a fox"}}, cases=[], seeds=[1]))
    old, new = made.plan.cells
    body = {"model": "wan1-gone", "input": {"prompt": "a fox"}, "parameters": {"seed": 1}}
    made.cell(old, request=Request("wan2.7-t2v", prompt="a fox"), model="wan1-gone", body=body)
    made.cell(new)
    words = read(report(made.outcome(), tmp_path / "x.html").path).words
    assert "model wan1-gone" in words
    assert '{ "model": "wan1-gone", "input": { "prompt": "a fox" }, "parameters": { "seed": 1 } }' in words


def test_an_expired_link_is_told(tmp_path: Path) -> None:
    """The task has succeeded, but its video is lost; that counts as failed."""
    made = Made(tmp_path, a_plan(cases=[], seeds=[1]))
    made.cell(made.plan.cells[0], video_state=VideoState.EXPIRED, simulated=False)
    words = read(report(made.outcome(), tmp_path / "x.html").path).words
    assert "the link to the video has expired. No reason was given. (attempt 1)" in words
    assert "the service, region beijing" in words


def test_other_questions_are_named(tmp_path: Path) -> None:
    """A reader should know that there was more than what is told."""
    made = Made(tmp_path).run().vote_all().vote([("a fox", 1, "plain", "light", "left")], question="Calmer?")
    assert (
        "this report is not about them: “Calmer?”."
        in read(report(made.outcome(), tmp_path / "fox.html").path).words
    )


def test_many_votes_are_folded(tmp_path: Path) -> None:
    """They are all in the file, behind a click."""
    made = Made(tmp_path).run()
    for voter in "abcdef":
        made.vote_all(voter=voter)
    page = read(report(made.outcome(), tmp_path / "fox.html").path)
    assert "All 36 answers" in page.words
    assert page.words.count("4.0 s 2026-11-21") == 36


@pytest.mark.usefixtures("chinese")
def test_it_speaks_chinese(tmp_path: Path) -> None:
    """Every word of the page that is ours."""
    made = Made(tmp_path).run().vote_all("right").vote_all("left", criterion="motion", voter="bo")
    written = report(made.outcome(), tmp_path / "fox.html")
    page = read(written.path)
    assert page.named("html")[0]["lang"] == "zh-CN"
    assert "结论是怎样得出的" in page.words
    assert not re.search(r"\b(Verdict|votes|blocks?|spent|done)\b", page.words)
    assert repr(written).startswith("报告已写入")


def test_what_was_written_is_a_path_and_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell shows a link that works from the notebook's folder, and from elsewhere."""
    made = Made(tmp_path)
    written = report(made.outcome(), tmp_path / "a b" / "<fox>.html")
    assert Path(written) == tmp_path / "a b" / "<fox>.html"
    monkeypatch.chdir(tmp_path)
    assert Page(written._repr_html_()).addresses == ["a%20b/%3Cfox%3E.html"]
    monkeypatch.chdir("/")
    assert Page(written._repr_html_()).named("script") == []
