"""What the service refuses at once, what it accepts and then fails, and what it bears."""

import json
from typing import Any

import pytest

from wan_notebook.catalog import find_model
from wan_notebook.simulator.answers import RefusedError
from wan_notebook.simulator.judging.rules import judge, read_order

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


def test_the_first_fault_of_several_is_told() -> None:
    """Faults are told in the order of the fields, limits that hang on other inputs last."""
    items = [{"type": "reference_video", "url": "https://a.example/v.mp4"}]
    order = judge(find_model("wan2.7-r2v"), {"media": items}, {"duration": 11})
    assert order.fault == "Field required: input.prompt"


def test_values_are_understood_in_either_place() -> None:
    """negative_prompt counts in parameters, a voice beside the media; surplus keys of items are left out."""
    item = {"type": "reference_image", "url": "https://a.example/i.png"}
    given = {
        "prompt": "A",
        "negative_prompt": None,
        "reference_voice": "https://a.example/v.mp3",
        "media": [{**item, "reference_voice": None, "reference_description": "a girl"}],
    }
    order = judge(find_model("wan2.7-r2v"), given, {"negative_prompt": "rain", "audio": True})
    assert order.fault is None
    assert order.values["media"] == [item]
    assert order.values["negative_prompt"] == "rain"
    assert order.values["reference_voice"] == "https://a.example/v.mp3"
    assert "audio" not in order.values


@pytest.mark.parametrize("model", ["wan2.7-t2v-2026-12-01", "wan2.6-r2v-flash-2027-01-01"])
def test_a_snapshot_of_a_known_model_is_taken(model: str) -> None:
    """It has the rules of its model and keeps its own id."""
    given = {"prompt": "A", "reference_urls": ["https://a.example/a.png"]}
    order = read_order(raw(model=model, input=given), MODEL.path)
    assert (order.model.id, order.fault) == (model, None)
    assert order.model.base == model[:-11]


@pytest.mark.parametrize("header", [None, "", "disable"])
def test_uploads_without_the_resolve_header_are_refused(header: str | None) -> None:
    """An upload's address anywhere in a body needs the header, whatever the workspace."""
    sent = raw(input={"prompt": "A", "audio_url": "oss://bucket/a.mp3"})
    with pytest.raises(RefusedError) as refused:
        read_order(sent, MODEL.path, header)
    assert (refused.value.fault.http, refused.value.fault.code) == (400, "InvalidParameter.DataInspection")
    assert read_order(sent, MODEL.path, "enable").fault is None


def test_a_body_too_deep_to_look_through_is_refused() -> None:
    """How deep Python looks differs; from where it stops on, the body is told as a bad one."""
    told = [refusal(deep(depth)) for depth in (50, *range(850, 1050), 100_000)]
    first = told.index("InvalidParameter")
    assert first > 0
    assert told == [None] * first + ["InvalidParameter"] * (len(told) - first)


def deep(depth: int) -> bytes:
    """Return a body with lists in lists."""
    return b'{"model": "wan2.7-t2v", "input": {"prompt": "A", "more": ' + b"[" * depth + b"]" * depth + b"}}"


def refusal(body: bytes) -> str | None:
    """Return the code with which a body is refused at once, None when it is taken."""
    try:
        read_order(body, MODEL.path)
    except RefusedError as refused:
        return refused.fault.code
    return None
