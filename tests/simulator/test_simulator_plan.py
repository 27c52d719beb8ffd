"""Disturbances as data: what can be written, how they draw, and the page that takes them at run time."""

import json
import re
from dataclasses import asdict
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from tests.simulator.callers import Caller
from wan_notebook.catalog import SettingError
from wan_notebook.catalog.texts import LANGUAGES, language
from wan_notebook.cli import main
from wan_notebook.simulator import Disturbance, Settings
from wan_notebook.simulator.faults import ENDPOINTS, KINDS
from wan_notebook.simulator.pages import FAULTS_PATH, _from_here, _read
from wan_notebook.simulator.plan import Plan

LOST = Disturbance("create", "reset-after", chance=0.2, seed=7)


def hits(plan: Plan, calls: int, endpoint: str = "create") -> list[int]:
    """Return the numbers of the calls that are hit, from 1."""
    return [number for number in range(1, calls + 1) if plan.due(endpoint) is not None]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("create:reset-after", Disturbance("create", "reset-after")),
        ("create:reset-after:0.2:seed7", LOST),
        ("query:503-before=30:every4", Disturbance("query", "503-before", value=30, every=4)),
        ("download:cut=1000:next3", Disturbance("download", "cut", value=1000, times=3)),
        (
            "list:length=-5:1:every2:next9:seed0",
            Disturbance("list", "length", value=-5, every=2, times=9),
        ),
    ],
)
def test_it_is_read_as_written(written: str, meant: Disturbance) -> None:
    """Where, what, a value and how often."""
    assert Disturbance.read(written) == meant


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "where is ''; choose one of 'create'"),
        ("video:cut", "where is 'video'"),
        ("create", "what is ''"),
        ("create:explode", "what is 'explode'; choose one of 'reset-before'"),
        ("create:expired", "what is 'expired'"),
        ("upload:cut", "what is 'cut'"),
        ("create:500-before=3", "500-before takes no value, but has 3"),
        ("create:503-before=-1", "value is -1.0; it must be a finite number from 0 up"),
        ("create:drip=inf", "value is inf"),
        ("create:drip=nan", "value is nan"),
        ("create:drip=", "'create:drip=' is no disturbance"),
        ("create:cut:often", "'create:cut:often' is no disturbance; write WHERE:WHAT"),
        ("create:cut:every1.5", "is no disturbance"),
        ("create:cut:-1", "is no disturbance"),
        ("create:cut:0", "chance is 0.0; it must be above 0 and at most 1"),
        ("create:cut:1.5", "chance is 1.5"),
        ("create:cut:every0", "every is 0"),
        ("create:cut:next0", "times is 0"),
    ],
)
def test_what_cannot_be_used_is_told(written: str, said: str) -> None:
    """One sentence with name, value and what it must be."""
    with pytest.raises(SettingError) as refused:
        Disturbance.read(written)
    assert said in str(refused.value)


def test_they_travel_with_the_settings() -> None:
    """A simulator in another process gets what was asked for."""
    settings = Settings(disturbances=(LOST, Disturbance("download", "cut", value=3, times=1)))
    assert Settings.from_json(json.loads(json.dumps(asdict(settings)))) == settings


def test_every_and_next_count_calls() -> None:
    """Each so many-th, only the next, and both at once; other endpoints are not touched."""
    assert hits(Plan([Disturbance("create", "cut", every=3)]), 10) == [3, 6, 9]
    assert hits(Plan([Disturbance("create", "cut", times=2)]), 10) == [1, 2]
    assert hits(Plan([Disturbance("create", "cut", every=2, times=2)]), 10) == [2, 4]
    assert hits(Plan([Disturbance("create", "cut")]), 10, "query") == []
    assert hits(Plan(), 10) == []


@given(seed=st.integers(0, 99), chance=st.floats(0.05, 0.95), between=st.lists(st.integers(0, 3), max_size=9))
def test_draws_depend_on_nothing_but_their_own_calls(seed: int, chance: float, between: list[int]) -> None:
    """Calls of other endpoints and disturbances set beside change nothing."""
    one = Disturbance("create", "cut", chance=chance, seed=seed)
    alone = hits(Plan([one]), 40)
    beside = Plan([one, Disturbance("create", "drip", chance=0.5), Disturbance("query", "cut", chance=0.5)])
    met = []
    for number in range(1, 41):
        hits(beside, between[number % len(between)] if between else 0, "query")
        if beside.due("create") is one:
            met.append(number)
    assert met == alone


def test_chance_hits_about_its_share() -> None:
    """Of ten thousand calls a fifth, and two of one seed do not hit the same calls."""
    assert 1800 < len(hits(Plan([LOST]), 10_000)) < 2200
    same_seed = Disturbance("create", "cut", chance=0.2, seed=7)
    assert hits(Plan([LOST]), 100) != hits(Plan([same_seed]), 100)


def test_the_earliest_of_several_is_done_and_each_gets_its_turn() -> None:
    """A list of single hits is gone through in order."""
    ways = [Disturbance("create", what, times=1) for what in ("cut", "drip", "bad-json")]
    plan = Plan(ways)
    assert [plan.due("create") for _ in range(4)] == [*ways, None]
    assert [(one["what"], one["hits"]) for one in plan.public()] == [
        ("cut", 1),
        ("drip", 1),
        ("bad-json", 1),
    ]
    plan.clear()
    assert (plan.due("create"), plan.public()) == (None, [])


def page(caller: Caller) -> str:
    """Return the address of the page."""
    return caller.simulator.base_url.replace("/api/v1", FAULTS_PATH)


def test_the_page_adds_and_clears(caller: Caller) -> None:
    """A text, an object or a list of both; the status counts; the answer is what is in force."""
    status = caller.simulator.base_url.replace("/api/v1", "/simulator/status")
    assert httpx.post(page(caller), json="query:503-before:next1").status_code == 200
    given = [{"where": "create", "what": "500-after", "every": 2}, "list:refused"]
    answer = httpx.post(page(caller), json=given).json()
    assert [one["where"] for one in answer["disturbances"]] == ["query", "create", "list"]
    assert [caller.http.get("/tasks/x").status_code for _ in range(2)] == [503, 200]
    assert [caller.create().status_code for _ in range(2)] == [200, 500]
    told = httpx.get(status).json()
    assert [(one["calls"], one["hits"]) for one in told["disturbances"]] == [(2, 1), (2, 1), (0, 0)]
    assert told["tasks_made"] == told["counters"]["create.accepted"] == 2
    assert told["counters"]["create.500-after"] == 1
    assert httpx.delete(page(caller)).json() == {"disturbances": []}
    assert caller.http.get("/tasks").status_code == 200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("create:explode", "what is 'explode'"),
        ({"where": "create", "what": "explode"}, "what is 'explode'"),
        ({"where": "create"}, "what: Field required"),
        ({"where": "create", "what": "cut", "time": 3}, "time: "),
        ({"where": "create", "what": "cut", "times": "often"}, "times: Input should be a valid integer"),
        (5, "A disturbance cannot be read"),
        (None, "A disturbance cannot be read"),
    ],
)
def test_what_cannot_be_read_from_json_is_told(given: Any, said: str) -> None:
    """One sentence with the field."""
    with pytest.raises(SettingError) as refused:
        _read(given)
    assert said in str(refused.value)


def test_the_page_says_what_cannot_be_used(caller: Caller) -> None:
    """400 with the sentence, and nothing of the call is put in force."""
    answer = httpx.post(page(caller), json=["create:cut", "create:explode"])
    assert answer.status_code == 400
    assert "what is 'explode'" in answer.json()["error"]
    assert caller.create().status_code == 200


def test_the_page_takes_json_only(caller: Caller) -> None:
    """A form or plain text, which a web page can send unasked, is refused."""
    plain = httpx.post(page(caller), content='"create:cut"', headers={"Content-Type": "text/plain"})
    assert plain.status_code == 415
    broken = httpx.post(
        page(caller), content="{", headers={"Content-Type": "application/json; charset=utf-8"}
    )
    assert broken.status_code == 400
    assert caller.create().status_code == 200


def test_the_page_is_for_this_machine(caller: Caller) -> None:
    """A name that some other machine may have is refused, for both methods."""
    strange = {"Host": "rebound.example"}
    assert httpx.post(page(caller), json="create:cut", headers=strange).status_code == 403
    assert httpx.delete(page(caller), headers=strange).status_code == 403
    assert httpx.delete(page(caller), headers={"Host": "localhost:1"}).status_code == 200


@pytest.mark.parametrize(
    ("client", "here"),
    [(("127.0.0.1", 1), True), (("::1", 1), True), (("192.168.0.9", 1), False), (None, False)],
)
def test_only_loopback_is_here(client: tuple[str, int] | None, *, here: bool) -> None:
    """Another machine is not, whatever it calls us."""
    scope = {"type": "http", "path": "/", "headers": [(b"host", b"localhost")], "client": client}
    assert _from_here(Request(scope)) is here


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_help_names_every_kind(spoken: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`wan-notebook simulate --help` tells all that can be asked for, in each language."""
    before = language()
    language(spoken)
    try:
        with pytest.raises(SystemExit):
            main(["simulate", "--help"])
    finally:
        language(before)
    words = set(re.findall(r"[a-z0-9][a-z0-9-]*", capsys.readouterr().out))
    assert {*KINDS, *ENDPOINTS} - words == set()


def test_the_command_refuses_what_cannot_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence on one line, with code 2."""
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "--fault", "create:explode"])
    complaint = capsys.readouterr().err
    assert (ended.value.code, complaint.count("\n")) == (2, 1)
    assert "argument --fault: what is 'explode'" in complaint
