"""What the simulator keeps on disk."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from wan_notebook.catalog import SettingError
from wan_notebook.simulator.making.ingredients import Ingredient
from wan_notebook.simulator.making.video import Video
from wan_notebook.simulator.store import FILE, KEPT_SECONDS, FolderInUseError, Store, Task
from wan_notebook.simulator.timeline import Facts

NOW = 1_800_000_000.0
VIDEO = Video(width=64, height=64, fps=30, seconds=2, prompt="海", mood="", seed=1, mark=False, caption="")


def a_task(task_id: str, created: float = NOW) -> Task:
    """Return a task with every kind of value."""
    return Task(
        task_id=task_id,
        account="a",
        model="wan2.7-t2v",
        values={"prompt": "half a pair: \ud83d", "duration": 5},
        facts=Facts(created=created, queue=0.5, run=3.0, made=created + 1),
        error=("InvalidParameter", "no"),
        video=VIDEO,
    )


def test_tasks_survive_in_order(tmp_path: Path) -> None:
    """A second opening finds the tasks as they were, in the order of creation, and the same secret."""
    first = Store(tmp_path, NOW)
    for number in range(3):
        first.put(a_task(f"t{number}", NOW + number))
    first.put(a_task("t1", NOW + 1))
    secret = first.secret
    first.close()
    second = Store(tmp_path, NOW)
    assert list(second.all()) == [a_task(f"t{number}", NOW + number) for number in range(3)]
    assert second.get("t2") == a_task("t2", NOW + 2)
    assert second.secret == secret
    second.close()


def test_what_was_never_closed_is_there(tmp_path: Path) -> None:
    """A task is on disk when `put` returns: a copy of the files taken then holds it."""
    store = Store(tmp_path / "a", NOW)
    store.put(a_task("t"))
    (tmp_path / "b").mkdir()
    for path in (tmp_path / "a").iterdir():
        (tmp_path / "b" / path.name).write_bytes(path.read_bytes())
    store.close()
    copy = Store(tmp_path / "b", NOW)
    assert copy.get("t") == a_task("t")
    copy.close()


def test_what_a_video_is_made_from_survives(tmp_path: Path) -> None:
    """Its ingredients and what it is billed by come back as they were."""
    ingredient = Ingredient("reference_image", "/i.png", "ab", voice="/v.mp3", voice_sha256="cd", label="Ann")
    task = replace(a_task("t"), video=replace(VIDEO, ingredients=(ingredient,)), usage={"duration": 5})
    first = Store(tmp_path, NOW)
    first.put(task)
    first.close()
    second = Store(tmp_path, NOW)
    assert second.get("t") == task
    second.close()


def test_a_task_of_an_earlier_version_is_read() -> None:
    """It had no usage, and its video nothing but words."""
    row = json.loads(a_task("t").to_json())
    del row["usage"], row["video"]["ingredients"], row["video"]["sound"]
    assert Task.from_json(json.dumps(row)) == a_task("t")


def test_old_tasks_are_forgotten(tmp_path: Path) -> None:
    """Two days later a task is gone from the file."""
    store = Store(tmp_path, NOW)
    store.put(a_task("old"))
    store.close()
    later = Store(tmp_path, NOW + KEPT_SECONDS + 1)
    assert later.get("old") is None
    later.close()


def test_one_folder_serves_one(tmp_path: Path) -> None:
    """A second opening while the first lasts is refused with a sentence."""
    store = Store(tmp_path, NOW)
    with pytest.raises(FolderInUseError, match="Another simulator serves"):
        Store(tmp_path, NOW)
    store.close()


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A file that is no database is left alone and named."""
    (tmp_path / FILE).write_text("notes " * 1000)
    with pytest.raises(SettingError, match="not a database"):
        Store(tmp_path, NOW)
    assert (tmp_path / FILE).read_text().startswith("notes")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file in the folder's place is told in one sentence."""
    (tmp_path / "state").write_text("")
    with pytest.raises(SettingError, match="cannot keep its files"):
        Store(tmp_path / "state", NOW)
