"""What the service refuses at once, what it accepts and then fails, and what it bears."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.catalog import Request, find_model
from wan_notebook.simulator.answers import RefusedError
from wan_notebook.simulator.rules import judge, read_order

MODEL = find_model("wan2.7-t2v")
BODY: dict[str, Any] = {"model": MODEL.id, "input": {"prompt": "A fox"}, "parameters": {"duration": 5}}


def raw(**changes: Any) -> bytes:
    """Return a body with these parts replaced; None takes one out."""
    return json.dumps(
        {key: value for key, value in {**BODY, **changes}.items() if value is not None}
    ).encode()


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"", "InvalidParameter", "Required body invalid"),
        (b"{", "InvalidParameter", "Required body invalid"),
        (b"[" * 100_000, "InvalidParameter", "Required body invalid"),
        (b"\xff", "InvalidParameter", "Required body invalid"),
        (b"[]", "InvalidParameter", "Required body invalid"),
        (raw(model=None), "BadRequest.EmptyModel", "model"),
        (raw(input=None), "BadRequest.EmptyInput", "input"),
        (raw(input="A fox"), "InvalidParameter", "Required body invalid"),
        (raw(parameters=[1]), "InvalidParameter", "Required body invalid"),
        (raw(model="wan9.9-t2v"), "InvalidParameter", "Model not exist."),
        (raw(model=["wan2.7-t2v"]), "InvalidParameter", "Model not exist."),
    ],
)
def test_body_and_model_are_judged_at_once(body: bytes, code: str, message: str) -> None:
    """A body that is no request, or of no known model, is refused with 400."""
    with pytest.raises(RefusedError) as refused:
        read_order(body, MODEL.path)
    fault = refused.value.fault
    assert (fault.http, fault.code) == (400, code)
    assert message in fault.message


def test_another_endpoint_is_refused() -> None:
    """A model that does not fit the endpoint gets the service's words."""
    with pytest.raises(RefusedError) as refused:
        read_order(raw(), "services/aigc/image2video/video-synthesis")
    assert refused.value.fault.message == "url error, please check url！"


@pytest.mark.parametrize(
    ("given", "parameters", "fault"),
    [
        ({}, {}, "Field required: input.prompt"),
        ({"prompt": None}, {}, "Field required: input.prompt"),
        ({"prompt": " \n"}, {}, "Field required: input.prompt"),
        ({"prompt": 5}, {}, "Input should be a valid string: input.prompt"),
        ({"prompt": "\ud83d"}, {}, "Input should be a valid string: input.prompt"),
        ({}, {"duration": 1}, "Field required: input.prompt"),
        ({"prompt": "A"}, {"duration": 1}, "Input should be greater than or equal to 2: parameters.duration"),
        ({"prompt": "A"}, {"duration": 16}, "Input should be less than or equal to 15: parameters.duration"),
        ({"prompt": "A"}, {"duration": "5"}, "Input should be a valid integer: parameters.duration"),
        ({"prompt": "A"}, {"duration": 5.0}, "Input should be a valid integer: parameters.duration"),
        ({"prompt": "A"}, {"duration": True}, "Input should be a valid integer: parameters.duration"),
        ({"prompt": "A"}, {"seed": -1}, "Input should be greater than or equal to 0: parameters.seed"),
        ({"prompt": "A"}, {"resolution": "4K"}, "Input should be '720P' or '1080P': parameters.resolution"),
        (
            {"prompt": "A"},
            {"ratio": []},
            "Input should be '16:9', '9:16', '1:1', '4:3' or '3:4': parameters.ratio",
        ),
        ({"prompt": "A"}, {"watermark": 1}, "Input should be a valid boolean: parameters.watermark"),
        ({"prompt": "A", "audio_url": "a.mp3"}, {}, "url error, please check url！: input.audio_url"),
        ({"prompt": "A", "audio_url": 1}, {}, "Input should be a valid string: input.audio_url"),
    ],
)
def test_schema_faults_are_told_in_words(
    given: dict[str, Any], parameters: dict[str, Any], fault: str
) -> None:
    """The first fault in the order of the fields becomes the task's message."""
    assert judge(MODEL, given, parameters).fault == fault


def test_the_official_sdk_is_borne() -> None:
    """Surplus keys change nothing, defaults are filled in, and what is too long is cut without a word."""
    sent = {"prompt": "x" * 6000, "extend_prompt": True, "function": "video-synthesis"}
    order = judge(MODEL, sent, {"audio": True, "size": "1280*720", "negative_prompt": "rain"})
    assert order.fault is None
    assert order.values == {**MODEL.defaults, "prompt": "x" * 5000, "negative_prompt": "rain"}


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 20),
    st.integers(2**31 - 2, 2**31 + 1),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.sampled_from(
        [
            "720P",
            "1080p",
            "16:9",
            "9:16",
            "",
            " ",
            "\ud800",
            "http://a/b.mp3",
            "oss://a",
            "ftp://a/b",
            "http:///x",
        ]
    ),
    st.lists(st.integers(), max_size=2),
)


@given(st.fixed_dictionaries({}, optional={field.name: VALUES for field in MODEL.fields}))
def test_catalogue_and_service_agree(values: dict[str, Any]) -> None:
    """What the catalogue's checks pass the service takes, and what they refuse it refuses."""
    places: dict[str, dict[str, Any]] = {"input": {}, "parameters": {}}
    for field in MODEL.fields:
        if field.name in values:
            places[field.place][field.name] = values[field.name]
    fault = judge(MODEL, places["input"], places["parameters"]).fault
    assert (fault is None) == (not Request(MODEL.id, **values).problems())
