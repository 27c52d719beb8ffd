"""The simulator's settings."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from wan_notebook.catalog import SettingError
from wan_notebook.simulator import Settings


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"run_seconds": (6, 3)}, "run_seconds is (6, 3)"),
        ({"queue_seconds": (-1, 3)}, "two numbers of seconds in rising order"),
        ({"queue_seconds": (1,)}, "queue_seconds"),
        ({"run_seconds": (0, float("nan"))}, "run_seconds"),
        ({"sixth": "drop"}, "sixth is 'drop'; choose one of 'wait', 'refuse'"),
        ({"faults": "both"}, "faults is 'both'; choose one of 'task', 'call'"),
        ({"caption": "seed"}, "caption is 'seed'"),
        ({"idle_minutes": 0}, "idle_minutes is 0"),
    ],
)
def test_what_cannot_be_used_is_told(values: dict[str, Any], said: str) -> None:
    """Each gets one sentence with name, value and what it must be."""
    with pytest.raises(SettingError) as refused:
        Settings(**values)
    assert said in str(refused.value)


def test_they_travel_as_json() -> None:
    """What another process reads is what was written."""
    settings = Settings(run_seconds=(1, 2), bad_keys=("sk-a", "sk-b"), sixth="refuse")
    assert Settings.from_json(json.loads(json.dumps(asdict(settings)))) == settings


def test_bad_keys_are_never_shown() -> None:
    """Neither the repr nor the public values hold a key."""
    settings = Settings(bad_keys=("sk-secret",))
    assert "sk-secret" not in repr(settings) + str(settings.public())
