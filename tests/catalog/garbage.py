"""What a form, a DataFrame or somebody else's body may hold, and what every model needs."""

from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from wan_notebook.catalog import MODELS, VOICE, Request

IMAGE = "https://a.example/girl.png"
VIDEO = "https://a.example/walk.mp4"
SOUND = "https://a.example/song.mp3"
NEEDED: dict[str, dict[str, Any]] = {
    "t2v": {"prompt": "A fox"},
    "wan2.7 i2v": {"media": [{"type": "first_frame", "url": IMAGE}]},
    "wan2.7 r2v": {"prompt": "A fox", "media": [{"type": "reference_image", "url": IMAGE}]},
    "edit": {"media": [{"type": "video", "url": VIDEO}]},
    "wan2.6 i2v": {"img_url": IMAGE},
    "wan2.6 r2v": {"prompt": "A fox", "reference_urls": [IMAGE]},
}
"""The fewest values by mode, or by family and mode."""

_WORDS = st.sampled_from(
    [
        "",
        " ",
        "~nobody/x.png",
        "Shot 1 [0-2s] a",
        "Image 7",
        "data:",
        "data:image/png;base64,A",
        "//[",
        "a\x00b",
    ]
)
_PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    _WORDS,
    st.builds(lambda: 10**5000),  # more digits than Python writes
    st.sampled_from([IMAGE, VIDEO, SOUND]),
)
_STRANGE = st.one_of(
    st.binary(max_size=3),
    st.sampled_from([Path("/nowhere.png"), Path(), np.float64(1), np.int64(7), np.str_("multi"), object()]),
    st.builds(lambda: np.array([1, 2])),
)
_TYPES = [
    "first_frame",
    "last_frame",
    "first_clip",
    "driving_audio",
    "reference_image",
    "reference_video",
    "video",
]


def _item(anything: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return what looks like a media item, more or less."""
    known: dict[str, st.SearchStrategy[Any]] = {
        "type": st.one_of(st.sampled_from(_TYPES), anything),
        "url": anything,
        VOICE: anything,
    }
    return st.fixed_dictionaries({}, optional=known)


def _grown(anything: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(anything, max_size=6),
        st.lists(_item(anything), max_size=6),
        st.dictionaries(
            st.one_of(st.sampled_from(["type", "url", VOICE]), st.text(max_size=3)), anything, max_size=3
        ),
    )


ANYTHING: st.SearchStrategy[Any] = st.recursive(st.one_of(_PLAIN, _STRANGE), _grown, max_leaves=8)
"""Any value, JSON or not."""


def needed(model: str) -> dict[str, Any]:
    """Return the fewest values that make a request without problems."""
    entry = MODELS[model]
    return NEEDED.get(f"{entry.family} {entry.mode}") or NEEDED[entry.mode]


def a_request(model: str, **values: Any) -> Request:
    """Return a request with what the model needs and these values besides."""
    return Request(model, **{**needed(model), **values})


def told(model: str, **values: Any) -> str:
    """Return all that is wrong with a request that has what it needs and these values, "" for nothing."""
    return " ".join(map(str, a_request(model, **values).problems()))


def each(table: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return a row for each model and each value that a row of a table names together with others.

    Args:
        table: models, the name of a parameter, its values, and whatever else belongs to them.
    """
    return [
        (model, name, value, *more)
        for models, name, values, *more in table
        for model in models
        for value in values
    ]
