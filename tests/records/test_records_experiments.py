"""The plan of an experiment is kept once under its name."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.records.rows import Clock
from wan_notebook.records import Experiments, Store


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Experiments]:
    """Give the experiments of a folder."""
    store = Store.open(tmp_path, clock=Clock())
    yield Experiments(store)
    store.close()


def test_the_first_plan_stays(kept: Experiments) -> None:
    """Whoever comes later gets what is kept, with the same id."""
    assert kept.find("fox") is None
    first = kept.keep("fox", '{"who": "狐狸"}')
    assert kept.keep("fox", "{}") == first == kept.find("fox")
    assert (first.name, first.plan) == ("fox", '{"who": "狐狸"}')


def test_names_come_oldest_first_and_ids_differ(kept: Experiments) -> None:
    """Two experiments are two."""
    ids = {kept.keep(name, "{}").uid for name in ("b", "a")}
    assert len(ids) == 2
    assert kept.names() == ["b", "a"]


def test_of_many_at_once_one_wins(tmp_path: Path, kept: Experiments) -> None:
    """Each with a plan of its own, each through a connection of its own."""

    def keep(number: int) -> str:
        store = Store.open(tmp_path)
        try:
            return Experiments(store).keep("fox", str(number)).plan
        finally:
            store.close()

    with ThreadPoolExecutor(8) as pool:
        plans = set(pool.map(keep, range(16)))
    assert len(plans) == 1
