"""What a finished task costs: from the seconds the service counted and the list in force, exactly."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import START, a_record
from wan_notebook.catalog import Request, Status, price_list, use_prices
from wan_notebook.records import Record
from wan_notebook.service import TaskAnswer
from wan_notebook.tasks import lifecycle

OWN_LIST = """
currency = "USD"
date = 2026-11-01
source = "our contract"

[[price]]
models = ["wan2.7-t2v"]
scope = "mainland"
per_second = { "720P" = ["0.084", "0.1"] }
"""
URL = "https://a.example/"
CLIP = [{"type": "reference_video", "url": f"{URL}walk.mp4"}]
REQUESTS = {
    "t2v": Request("wan2.7-t2v", prompt="A fox", resolution="1080P", seed=7),
    "i2v": Request("wan2.7-i2v", media=[{"type": "first_clip", "url": f"{URL}a.mp4"}], duration=15),
    "r2v": Request("wan2.7-r2v", prompt="Video 1", media=CLIP, duration=10, resolution="720P"),
    "edit": Request("wan2.7-videoedit", media=[{"type": "video", "url": f"{URL}a.mp4"}]),
    "flash": Request("wan2.6-r2v-flash", prompt="character1", reference_urls=[f"{URL}a.png"], audio=False),
}


def a_task(kind: str, **changes: Any) -> Record:
    """Return the record of a task under way."""
    request = REQUESTS[kind]
    usual: dict[str, Any] = {
        "status": Status.RUNNING,
        "model": request.model.id,
        "mode": request.model.mode,
        "body": request.body(),
        "cost": None,
        "price_source": "at the click",
    }
    return a_record(**{**usual, **changes})


def settled(kind: str, usage: Any, **changes: Any) -> dict[str, Any]:
    """Return what a success with this usage changes in the record."""
    output = {"task_id": "t", "task_status": "SUCCEEDED", "video_url": f"{URL}v.mp4"}
    answer = TaskAnswer.model_validate({"request_id": "r", "output": output, "usage": usage})
    return lifecycle.answered(a_task(kind, **changes), answer, START)


@pytest.fixture
def own_prices(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Return a function that puts a price list of the user's own in force."""

    def put(content: str) -> Path:
        path = tmp_path / "prices.toml"
        path.write_text(OWN_LIST)
        use_prices(path)
        path.write_text(content)
        os.utime(path, ns=(1, 1))  # two writes may fall into one tick of the file system
        return path

    yield put
    use_prices(None)


@pytest.mark.parametrize("write", [int, float, str, lambda number: f"{number}.0"])
@pytest.mark.parametrize("tier", [720, "720"])
def test_numbers_may_be_written_in_any_way(write: Callable[[int], Any], tier: int | str) -> None:
    """Whole, with a point or as text, as Python and Java samples print them; the tier made is billed."""
    usage = {"duration": write(10), "output_video_duration": write(10), "video_count": 1, "SR": tier}
    changes = settled("t2v", usage)
    assert (changes["cost"], changes["billed_s"], changes["output_s"]) == (Decimal(6), 10.0, 10.0)
    assert "remark" not in changes
    assert changes["usage"] == usage


@pytest.mark.parametrize(
    ("kind", "usage", "billed", "cost"),
    [
        ("t2v", {"duration": 5, "SR": 1080}, 5, "5"),
        ("t2v", {"duration": 5}, 5, "5"),
        ("t2v", {"video_duration": 5, "video_count": 1}, 5, "5"),
        ("i2v", {"duration": 15, "input_video_duration": 3, "output_video_duration": 15, "SR": 720}, 15, "9"),
        ("r2v", {"duration": 15, "input_video_duration": 5, "output_video_duration": 10}, 15, "9"),
        ("r2v", {"input_video_duration": 1.65, "output_video_duration": 10, "SR": 1080}, 11.65, "11.65"),
        ("r2v", {"duration": 15, "SR": 720}, 15, "9"),
        ("edit", {"duration": 10.04, "input_video_duration": 5.02, "output_video_duration": 5.02}, 10.04, ""),
    ],
)
def test_the_rule_of_the_model_tells_the_seconds(
    kind: str, usage: dict[str, Any], billed: float, cost: str
) -> None:
    """Made seconds for t2v and i2v, a continued clip not apart; input and output for r2v and videoedit."""
    changes = settled(kind, usage)
    assert (changes["billed_s"], changes["cost"]) == (billed, Decimal(cost or "10.04"))
    assert "remark" not in changes


@given(
    hundredths=st.tuples(st.integers(200, 1000), st.integers(200, 1000)), tier=st.sampled_from([720, 1080])
)
def test_fractions_of_seconds_are_billed_exactly(hundredths: tuple[int, int], tier: int) -> None:
    """No rounding is documented, so there is none: not even that of binary numbers."""
    put_in, made = (number / 100 for number in hundredths)
    usage = {"input_video_duration": put_in, "output_video_duration": made, "SR": tier}
    changes = settled("edit", usage)
    price = {720: Decimal("0.6"), 1080: Decimal(1)}[tier]
    assert changes["cost"] == Decimal(sum(hundredths)) / 100 * price


def test_a_bill_that_does_not_add_up_is_noted() -> None:
    """One guide counts only the output as `duration`: the sum is billed, and the row says what was told."""
    changes = settled("r2v", {"duration": 10, "input_video_duration": 5, "output_video_duration": 10})
    assert (changes["billed_s"], changes["cost"]) == (15.0, Decimal(9))
    assert "10 s" in changes["remark"]
    assert "15 s" in changes["remark"]


@pytest.mark.parametrize(
    ("told", "asked", "cost"),
    [(False, True, "0.75"), (True, False, "1.5"), (None, False, "0.75"), (None, True, "1.5")],
)
def test_silence_is_billed_as_it_was_made(told: bool | None, asked: bool, cost: str) -> None:  # noqa: FBT001 - columns
    """What usage says of the sound wins over what was asked; without it the latter counts."""
    usage = {"duration": 5, "output_video_duration": 5, "SR": 720, "audio": told}
    body = REQUESTS["flash"].changed(audio=asked).body()
    assert settled("flash", usage, body=body)["cost"] == Decimal(cost)


@pytest.mark.parametrize("usage", [None, "", [], 5])
def test_without_usage_the_cost_is_unknown(usage: Any) -> None:
    """Unknown is not nought, and the video is fetched."""
    changes = settled("t2v", usage)
    assert (changes["status"], changes["video_url"]) == (Status.SUCCEEDED, f"{URL}v.mp4")
    assert changes.get("cost") is None


@pytest.mark.parametrize(
    ("usage", "changed"),
    [
        ({"video_count": 1}, {}),
        ({"duration": "long", "SR": 720}, {}),
        ({"duration": -5, "SR": 720}, {}),
        ({"duration": True, "SR": 720}, {}),
        ({"duration": 5, "SR": 4320}, {}),
        ({"duration": 5, "SR": 720}, {"region": None}),
        ({"duration": 5, "SR": 720}, {"region": "frankfurt"}),
        ({"duration": 5, "SR": 720}, {"model": "wan2.7-t2v-2027-01-01"}),
    ],
)
def test_what_cannot_be_priced_has_no_cost(usage: dict[str, Any], changed: dict[str, Any]) -> None:
    """No seconds, no such tier, an address of one's own, a model without price: unknown, never nought."""
    changes = settled("t2v", usage, **changed)
    assert changes["cost"] is None
    assert "price_source" not in changes


def test_the_row_says_which_list_priced_it(own_prices: Callable[[str], Path]) -> None:
    """The user's own where it has the model, with its bounds in a remark; else the package's."""
    own_prices(OWN_LIST)
    own = settled("t2v", {"duration": 5, "SR": 720})
    assert (own["cost"], own["currency"]) == (Decimal("0.5"), "USD")
    assert (own["price_source"], own["price_date"]) == ("our contract", date(2026, 11, 1))
    assert "0.42 and 0.50 USD" in own["remark"]
    for usage in ({"duration": 5, "SR": 1080}, {"duration": 5}):
        packaged = settled("t2v", usage)
        assert (packaged["cost"], packaged["currency"]) == (Decimal(5), "CNY")
        assert (packaged["price_source"], packaged["price_date"]) == (price_list().source, price_list().date)


@pytest.mark.parametrize("content", ["currency = ", 'currency = "USD"', "\x00"])
def test_a_price_list_that_broke_meanwhile_loses_no_video(
    own_prices: Callable[[str], Path], content: str
) -> None:
    """The task is paid for: link and seconds are kept, the cost is unknown, the remark says why."""
    path = own_prices(content)
    changes = settled("t2v", {"duration": 5, "SR": 720})
    assert (changes["status"], changes["video_url"]) == (Status.SUCCEEDED, f"{URL}v.mp4")
    assert (changes["cost"], changes["billed_s"]) == (None, 5.0)
    assert str(path) in changes["remark"]


def test_a_model_that_left_the_catalogue_loses_no_video() -> None:
    """A task of an older version of this package is still fetched."""
    body = {**REQUESTS["t2v"].body(), "model": "wan1.0-t2v"}
    changes = settled("t2v", {"duration": 5, "SR": 720}, model="wan1.0-t2v", body=body)
    assert (changes["video_url"], changes["cost"]) == (f"{URL}v.mp4", None)
    assert "wan1.0-t2v" in changes["remark"]
