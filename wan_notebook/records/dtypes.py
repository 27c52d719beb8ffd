"""Stored values as columns of a DataFrame, with the same dtypes for no row, one or many."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from wan_notebook.records.kinds import Kind


def data_frame(kinds: Mapping[str, Kind], values: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Return a DataFrame of the columns named by `kinds`, from values as SQL stores them."""
    return pd.DataFrame({name: _column(kind, values[name]) for name, kind in kinds.items()}, copy=False)


def _column(kind: Kind, stored: Sequence[Any]) -> Any:
    """Return an array of the kind's dtype; pandas' types know dtypes by literal name only, hence Any."""
    dtype: Any = kind.dtype
    if kind.dtype == "category":
        return _categories(kind, stored)
    if kind.dtype.startswith("datetime64"):
        return pd.array(stored, dtype="Int64").astype(dtype)
    column = pd.array(stored, dtype=dtype)
    return column if kind.per_unit == 1 else column / kind.per_unit


def _categories(kind: Kind, stored: Sequence[Any]) -> pd.Categorical:
    """Return the words as categories: a closed list whole and in its order, else those met, sorted."""
    words = kind.words or sorted(set(stored) - {None})
    codes = {None: -1, **{word: code for code, word in enumerate(words)}}
    categories = pd.Index(words, dtype="str")
    return pd.Categorical.from_codes(list(map(codes.__getitem__, stored)), categories=categories)
