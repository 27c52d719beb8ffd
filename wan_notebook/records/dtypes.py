"""Stored values as columns of a DataFrame, with the same dtypes for no row, one or many."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from wan_notebook.records.kinds import Kind


def data_frame(
    kinds: Mapping[str, Kind], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> pd.DataFrame:
    """Return a DataFrame of the columns named by `kinds`.

    Args:
        kinds: the columns, in order.
        names: what the values of a row are called; may be more than `kinds`, and in another order.
        rows: values as SQL stores them.
    """
    stored = pd.DataFrame(rows, columns=list(names), dtype=object)
    columns = {name: _column(kind, np.ascontiguousarray(stored[name])) for name, kind in kinds.items()}
    return pd.DataFrame(columns, copy=False)


def _column(kind: Kind, stored: Any) -> Any:
    """Return an array of the kind's dtype; one that nobody filled, as many are, is made at once."""
    if len(stored) > 1 and stored[0] is None and pd.isna(stored).all():
        return _filled(kind, stored[:1]).repeat(len(stored))
    return _filled(kind, stored)


def _filled(kind: Kind, stored: Any) -> Any:
    """Return an array of the kind's dtype; pandas' types know dtypes by literal name only, hence Any."""
    dtype: Any = kind.dtype
    if kind.dtype == "category":
        return _categories(kind, stored)
    if kind.dtype.startswith("datetime64"):
        return pd.array(stored, dtype="Int64").astype(dtype)
    column = pd.array(stored, dtype=dtype)
    return column if kind.per_unit == 1 else column / kind.per_unit


def _categories(kind: Kind, stored: Any) -> pd.Categorical:
    """Return the words as categories: a closed list whole and in its order, else those met, sorted."""
    if kind.words:
        return pd.Categorical(stored, categories=pd.Index(kind.words, dtype="str"))
    codes, words = pd.factorize(stored, sort=True)
    return pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype="str"))
