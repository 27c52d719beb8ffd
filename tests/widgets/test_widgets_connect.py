"""The connect panel: a free check, a key that is stored nowhere, one line afterwards."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.studio import a_studio
from wan_notebook.catalog import REGIONS
from wan_notebook.simulator import Settings
from wan_notebook.tasks import Studio
from wan_notebook.widgets import ConnectPanel

KEY = "sk-canary-0123456789"


class Calls:
    """Stands in for the doors: notes what was asked of them and gives the studio."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.settings: list[Any] = []

    def connect(self, settings: Any) -> Studio:
        """Note the settings."""
        self.settings.append(settings)
        return self.studio

    def demo(self) -> Studio:
        """Note that the simulator was wanted."""
        self.settings.append("demo")
        return self.studio


def press(panel: ConnectPanel, button: str, **fields: str) -> dict[str, Any]:
    """Do what the page does when a button is pressed, and return the answer."""
    message = {"type": button, "region": "beijing", "workspace": "", "address": "", "key": KEY, **fields}
    panel.widget._handle_custom_msg(message, [])
    answer: dict[str, Any] = panel.widget.answer
    return answer


def test_a_good_key_is_known_without_cost(tmp_path: Path) -> None:
    """One query, no create call; the answer says what it means."""
    with a_studio(tmp_path) as (studio, simulator):
        calls = Calls(studio)
        panel = ConnectPanel(calls.connect, calls.demo, "no key")
        answer = press(panel, "check", address=simulator.base_url)
        counters = simulator.counters
    assert answer["tone"] == "good"
    assert "Nothing was charged" in answer["sentence"]
    assert (counters["query"], counters["create"]) == (1, 0)
    assert calls.settings == []


def test_a_refused_key_is_explained_and_nothing_is_connected(tmp_path: Path) -> None:
    """401 means refused here: the regions are named, the key is not."""
    with a_studio(tmp_path, Settings(bad_keys=(KEY,))) as (studio, simulator):
        calls = Calls(studio)
        panel = ConnectPanel(calls.connect, calls.demo, "no key")
        answers = [press(panel, button, address=simulator.base_url) for button in ("check", "connect")]
    for answer in answers:
        assert answer["tone"] == "bad"
        assert all(region in answer["sentence"] for region in REGIONS)
        assert KEY not in answer["sentence"]
    assert calls.settings == []


def test_connecting_leaves_one_line_and_no_key(tmp_path: Path) -> None:
    """Where connected and what was spent today; the key is in no trait and no saved state."""
    with a_studio(tmp_path) as (studio, simulator):
        calls = Calls(studio)
        panel = ConnectPanel(calls.connect, calls.demo, "no key")
        answer = press(panel, "connect", address=simulator.base_url, workspace="team-1")
        state = json.dumps(panel.widget.get_state(), default=repr)
    assert answer["connected"]
    assert "Spent today: nothing" in answer["sentence"]
    assert "\n" not in answer["sentence"]
    assert calls.settings[0]["api_key"] == KEY
    assert calls.settings[0]["workspace"] == "team-1"
    assert KEY not in state


def test_the_simulator_is_one_button_away(tmp_path: Path) -> None:
    """No key is needed for it."""
    with a_studio(tmp_path) as (studio, _):
        calls = Calls(studio)
        panel = ConnectPanel(calls.connect, calls.demo, "no key")
        assert press(panel, "demo", key="")["connected"]
    assert calls.settings == ["demo"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"key": ""}, "is empty"),
        ({"key": '"sk-quoted"'}, "quotation mark"),
        ({"workspace": "a b"}, "letters, digits and hyphens"),
        ({"address": "ftp://host"}, "not a web address"),
        ({"address": "http://127.0.0.1:9/api/v1"}, "127.0.0.1:9"),
    ],
)
def test_bad_fields_are_one_sentence(tmp_path: Path, fields: dict[str, str], words: str) -> None:
    """What is wrong is said in the panel, and saying it twice shows it twice."""
    with a_studio(tmp_path) as (studio, _):
        calls = Calls(studio)
        panel = ConnectPanel(calls.connect, calls.demo, "no key")
        first, second = press(panel, "connect", **fields), press(panel, "connect", **fields)
    assert words in first["sentence"]
    assert first["sentence"] == second["sentence"]
    assert first != second
    assert calls.settings == []
