"""A store in a folder of its own, and rows to put into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.records.rows import Add, Clock, new_adder
from wan_notebook.records import Store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder of the store."""
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """Open a store in its folder, with a clock of its own."""
    opened = Store.open(home, clock=Clock())
    yield opened
    opened.close()


@pytest.fixture
def add(store: Store) -> Add:
    """Return a function that adds a row to the store."""
    return new_adder(store)
