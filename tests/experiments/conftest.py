"""Records a test has opened are closed with it; Python 3.13 warns of those that are not."""

from collections.abc import Iterator
from typing import Any

import pytest

from wan_notebook.records import Store


@pytest.fixture(autouse=True)
def closed_records(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what the test has opened, itself or by the product."""
    opened: list[Store] = []
    really = Store.open.__func__  # type: ignore[attr-defined]

    def noted(cls: type[Store], *places: Any, **options: Any) -> Store:
        store: Store = really(cls, *places, **options)
        opened.append(store)
        return store

    monkeypatch.setattr(Store, "open", classmethod(noted))
    yield
    for store in opened:
        store.close()
