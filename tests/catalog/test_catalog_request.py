"""A request knows its body, its problems and its price, and never changes."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import files
from tests.catalog.garbage import ANYTHING, IMAGE, SOUND, VIDEO, a_request
from tests.catalog.strategies import requests
from wan_notebook.catalog import MODELS, Request, RequestError, UnknownModelError, WanError

MODEL = "wan2.7-t2v"
SENDABLE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80).filter(str.strip)
GOOD = st.fixed_dictionaries(
    {"prompt": SENDABLE},
    optional={
        "negative_prompt": st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
        "audio_url": st.sampled_from(["https://a.example/a.mp3", "oss://b/c.wav"]),
        "resolution": st.sampled_from(["720P", "1080P"]),
        "ratio": st.sampled_from(["16:9", "9:16", "1:1", "4:3", "3:4"]),
        "duration": st.integers(2, 15),
        "prompt_extend": st.booleans(),
        "watermark": st.booleans(),
        "seed": st.integers(0, 2_147_483_647),
    },
)
ODD = st.dictionaries(
    st.sampled_from(["prompt", "duration", "seed", "ratio", "watermark", "audio_url", "durations", "size"]),
    st.one_of(st.none(), st.booleans(), st.integers(-3, 30), st.floats(), st.text(max_size=5)),
)


def test_the_body_is_the_documented_json() -> None:
    """Every parameter stands where the reference puts it, and nothing else is there (S003)."""
    request = Request(
        MODEL,
        prompt="雨中的狐狸 🦊",
        negative_prompt="blur",
        audio_url="https://a.example/a.mp3",
        resolution="720P",
        ratio="16:9",
        duration=10,
        prompt_extend=True,
        watermark=False,
        seed=12345,
    )
    assert request.body() == {
        "model": "wan2.7-t2v",
        "input": {
            "prompt": "雨中的狐狸 🦊",
            "negative_prompt": "blur",
            "audio_url": "https://a.example/a.mp3",
        },
        "parameters": {
            "resolution": "720P",
            "ratio": "16:9",
            "duration": 10,
            "prompt_extend": True,
            "watermark": False,
            "seed": 12345,
        },
    }


def test_only_what_is_given_is_in_the_body() -> None:
    """Defaults are left out until the request is resolved, and None counts as not given."""
    request = Request(MODEL, prompt="fox", seed=None)
    assert request.body() == {"model": MODEL, "input": {"prompt": "fox"}, "parameters": {}}
    assert request.values == {"prompt": "fox"}
    assert request.model is MODELS[MODEL]


def test_numpy_values_become_plain_json() -> None:
    """What comes out of a DataFrame is sent as JSON's own types, and makes the same request."""
    request = Request(MODEL, prompt=np.str_("fox"), duration=np.int64(5), seed=np.uint32(7))
    assert json.loads(json.dumps(request.body())) == request.body()
    assert request == Request(MODEL, prompt="fox", duration=5, seed=7)


def test_every_problem_is_told_at_once() -> None:
    """All faults come together, unknown names first, then in the order of the form."""
    request = Request(MODEL, prompt="", duration="5", resolution="4K", seed=-1, duratoin=3, quality="high")
    assert [problem.field for problem in request.problems()] == [
        "duratoin",
        "quality",
        "prompt",
        "resolution",
        "duration",
        "seed",
    ]
    with pytest.raises(RequestError) as caught:
        request.body()
    assert caught.value.problems == tuple(request.problems())
    assert all(problem.message in str(caught.value) for problem in request.problems())
    assert isinstance(caught.value, WanError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("duratoin", "duration"), ("promt", "prompt"), ("negativ_prompt", "negative_prompt"), ("Seed", "seed")],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, nearest: str) -> None:
    """A slip of the pen gets the right name."""
    [problem] = Request(MODEL, prompt="fox", **{name: 1}).problems()
    assert problem.message == f"{name} is not a parameter of {MODEL}; did you mean {nearest}?"
    assert problem.value == 1


def test_a_strange_name_is_answered_with_all_names() -> None:
    """A parameter of no resemblance gets the list of those there are."""
    [problem] = Request(MODEL, prompt="fox", zzz=1).problems()
    assert "it takes prompt, resolution, ratio, duration, seed, negative_prompt, audio_url" in problem.message


@pytest.mark.parametrize("values", [{}, {"prompt": None}, {"prompt": "  "}])
def test_a_prompt_is_required(values: dict[str, Any]) -> None:
    """Left out, None and blank are told in the same words."""
    [problem] = Request(MODEL, **values).problems()
    assert problem.message == "prompt is empty; it needs at least one character."


@pytest.mark.parametrize(
    ("model", "words"),
    [("wan2.7-t2w", "did you mean wan2.7-t2v?"), ("sora", "the catalogue has"), (None, "the catalogue has")],
)
def test_an_unknown_model_is_refused_at_once(model: Any, words: str) -> None:
    """No request is made for a model the catalogue does not have."""
    with pytest.raises(UnknownModelError, match="There is no model") as caught:
        Request(model, prompt="fox")
    assert words in str(caught.value)


def test_a_draft_keeps_what_is_wrong() -> None:
    """The preview shows the body as far as it goes, faults and all."""
    draft = Request(MODEL, duration="5", zzz=1).draft()
    assert draft == {"model": MODEL, "input": {}, "parameters": {"duration": "5"}}


def test_resolving_writes_defaults_and_a_seed() -> None:
    """What is sent says everything, so that it can be repeated; what was given stays."""
    request = Request(MODEL, prompt="fox", duration=3)
    resolved = request.resolved()
    seed = resolved.value("seed")
    assert resolved.body() == {
        "model": MODEL,
        "input": {"prompt": "fox"},
        "parameters": {
            "resolution": "1080P",
            "ratio": "16:9",
            "duration": 3,
            "seed": seed,
            "prompt_extend": True,
            "watermark": False,
        },
    }
    assert 0 <= seed <= 2_147_483_647
    assert resolved.resolved() == resolved
    assert request.values == {"prompt": "fox", "duration": 3}


def test_a_given_seed_is_kept() -> None:
    """Zero is a seed like any other."""
    assert Request(MODEL, prompt="fox", seed=0).resolved().value("seed") == 0


def test_fresh_seeds_differ() -> None:
    """Each resolved request draws anew."""
    request = Request(MODEL, prompt="fox")
    assert len({request.resolved().value("seed") for _ in range(20)}) > 15


def test_a_changed_request_is_another() -> None:
    """Replacing a value, or taking one out, leaves the first request as it was."""
    request = Request(MODEL, prompt="fox", duration=3)
    changed = request.changed(prompt="hare", duration=None, seed=7)
    assert changed.values == {"prompt": "hare", "seed": 7}
    assert request.values == {"prompt": "fox", "duration": 3}
    request.values["prompt"] = "mole"
    assert request.value("prompt") == "fox"


def test_values_fall_back_to_defaults() -> None:
    """A value that was not given is the service's default, or None where there is none."""
    request = Request(MODEL, prompt="fox")
    assert request.value("duration") == 5
    assert request.value("seed") is None
    assert request.value("zzz") is None


@pytest.mark.parametrize(
    ("values", "size"),
    [
        ({}, (1920, 1080)),
        ({"resolution": "720P", "ratio": "4:3"}, (1104, 832)),
        ({"resolution": "1080P", "ratio": "3:4"}, (1248, 1648)),
        ({"resolution": "720P", "ratio": "9:16"}, (720, 1280)),
        ({"resolution": "8K"}, None),
        ({"ratio": ["1:1"]}, None),
    ],
)
def test_pixels_follow_resolution_and_ratio(values: dict[str, Any], size: tuple[int, int] | None) -> None:
    """The documented pixel table of 2.7 holds, and an unknown pair has no size (BL-t2v)."""
    assert Request(MODEL, prompt="fox", **values).size == size


def test_equal_inputs_make_equal_requests() -> None:
    """Order does not matter, type of a value does; equal requests share hash and fingerprint."""
    first = Request(MODEL, prompt="fox", seed=7)
    second = Request(MODEL, seed=7, prompt="fox")
    assert first == second
    assert {first, second} == {first}
    assert first.fingerprint == second.fingerprint
    assert first != Request(MODEL, prompt="fox", seed=8)
    assert first != Request(MODEL, prompt="fox", seed="7")
    assert first != "fox"


def test_a_request_reads_as_python() -> None:
    """Its repr can be typed, long prompts are cut."""
    assert repr(Request(MODEL, prompt="fox", seed=7)) == "Request('wan2.7-t2v', prompt='fox', seed=7)"
    assert len(repr(Request(MODEL, prompt="fox" * 1000))) < 120


@given(values=GOOD)
def test_a_good_request_makes_the_round_trip(values: dict[str, Any]) -> None:
    """A body read back gives the same body, also by way of JSON text in any script."""
    request = Request(MODEL, **values)
    body = request.body()
    assert Request.from_body(body).body() == body
    assert Request.from_body(json.loads(json.dumps(body))) == request
    assert json.dumps(body, ensure_ascii=False).encode()


@given(values=GOOD)
def test_resolving_brings_no_problem(values: dict[str, Any]) -> None:
    """Defaults and drawn seeds are always good, and what was given is kept."""
    resolved = Request(MODEL, **values).resolved()
    assert resolved.problems() == []
    assert values.items() <= resolved.values.items()


@given(values=ODD)
def test_a_body_comes_exactly_when_there_is_no_problem(values: dict[str, Any]) -> None:
    """No problems means a body, a problem means an error that carries it."""
    request = Request(MODEL, **values)
    problems = request.problems()
    if problems:
        with pytest.raises(RequestError) as caught:
            request.body()
        assert list(caught.value.problems) == problems
    else:
        assert request.body() == request.draft()


@given(values=ODD)
def test_odd_values_break_nothing_else(values: dict[str, Any]) -> None:
    """Preview, price, size, fingerprint and repr work for whatever a form holds half-way."""
    request = Request(MODEL, **values)
    assert request.draft()["model"] == MODEL
    assert len(request.fingerprint) == 64
    assert str(request.estimate())
    assert request.size is None or len(request.size) == 2
    assert repr(request).startswith("Request('wan2.7-t2v'")


def test_a_body_with_foreign_keys_has_problems() -> None:
    """What a body holds beside the model's parameters is named, not dropped."""
    body = {"model": MODEL, "input": {"prompt": "fox", "img_url": "x"}, "parameters": {"size": "1*1"}}
    assert [problem.field for problem in Request.from_body(body).problems()] == ["img_url", "size"]


@pytest.mark.parametrize("model", sorted(MODELS))
def test_the_fewest_values_make_a_body(model: str) -> None:
    """Each model has one; resolved, every default and a seed are in it, in the documented places."""
    request = a_request(model)
    assert request.problems() == []
    assert request.body() == request.draft()
    resolved = request.resolved()
    body = resolved.body()
    given = {**body["input"], **body["parameters"]}
    assert given == {**request.model.defaults, **request.values, "seed": resolved.value("seed")}
    for field in request.model.fields:
        assert (field.name in body[field.place]) == (field.name in given)


@given(request=requests())
def test_what_passes_stays_good(request: Request) -> None:
    """Its body is its draft, comes back from JSON, and has no problem once resolved."""
    body = request.body()
    assert body == request.draft()
    again = Request.from_body(json.loads(json.dumps(body)))
    assert again == request
    assert again.body() == body
    resolved = request.resolved()
    assert resolved.problems() == []
    assert resolved.resolved() == resolved


REFERENCES = [
    {"type": "first_frame", "url": IMAGE},
    {"type": "reference_image", "url": IMAGE},
    {"type": "reference_video", "url": VIDEO, "reference_voice": "https://a.example/own.mp3"},
    {"type": "reference_image", "url": IMAGE, "reference_voice": None},
]


def test_one_voice_for_all_goes_to_each_reference() -> None:
    """To those that take one and have none; the body that came in stays as it was (section 11)."""
    request = Request("wan2.7-r2v", prompt="x", media=REFERENCES, reference_voice=SOUND)
    assert request.body()["input"]["reference_voice"] == SOUND
    sent = request.resolved().body()["input"]
    assert "reference_voice" not in sent
    assert [item.get("reference_voice") for item in sent["media"]] == [
        None,
        SOUND,
        "https://a.example/own.mp3",
        SOUND,
    ]
    assert Request.from_body(request.body()) == request
    assert request.value("reference_voice") == SOUND


@pytest.mark.parametrize("media", [None, "x", [5], [*REFERENCES, 5], [{"type": "picture", "url": IMAGE}]])
def test_a_voice_mends_no_faulty_media(media: Any) -> None:
    """Resolving hides no problem."""
    request = Request("wan2.7-r2v", prompt="x", media=media, reference_voice=SOUND)
    assert request.problems()
    assert request.resolved().problems() == request.problems()


def test_a_faulty_voice_stays_a_problem() -> None:
    """It is told once, not for each reference; for a model without one it is no parameter."""
    request = Request("wan2.7-r2v", prompt="x", media=REFERENCES, reference_voice="nothing.mp3")
    [problem] = request.resolved().problems()
    assert problem.field == "reference_voice"
    other = Request("wan2.7-i2v", media=[REFERENCES[0]], reference_voice=SOUND)
    assert [problem.field for problem in other.resolved().problems()] == ["reference_voice"]


def test_a_parameter_in_the_other_place_is_put_right() -> None:
    """It is read from both, sent from a body as it came, and from us in the documented one (section 11)."""
    body = {
        "model": "wan2.6-t2v",
        "input": {"prompt": "x"},
        "parameters": {"negative_prompt": "blur", "size": "1280*720"},
    }
    request = Request.from_body(body)
    assert request.problems() == []
    assert request.body() == body
    assert request.changed(seed=7).body()["parameters"]["negative_prompt"] == "blur"
    resolved = request.resolved().body()
    assert resolved["input"] == {"prompt": "x", "negative_prompt": "blur"}
    assert "negative_prompt" not in resolved["parameters"]


def test_a_parameter_in_both_places_is_taken_from_its_own() -> None:
    """And stays there."""
    body = {
        "model": "wan2.6-t2v",
        "input": {"prompt": "x", "negative_prompt": "blur"},
        "parameters": {"negative_prompt": "noise"},
    }
    assert Request.from_body(body).body()["input"] == body["input"]
    assert Request.from_body(body).body()["parameters"] == {}


def test_a_body_of_the_official_sdk_is_understood() -> None:
    """A prompt of null and the two keys it writes into every input mean nothing (section 10.1)."""
    media = [{"type": "first_frame", "url": IMAGE}]
    body = {
        "model": "wan2.7-i2v",
        "parameters": {},
        "input": {"prompt": None, "extend_prompt": True, "function": "video-synthesis", "media": media},
    }
    request = Request.from_body(body)
    assert request.problems() == []
    assert request.values == {"media": media}
    body["input"] = {"media": media, "function": "image-synthesis"}
    assert [problem.field for problem in Request.from_body(body).problems()] == ["function"]


def test_addresses_can_be_replaced(tmp_path: Path) -> None:
    """Each at its place, as an upload does it; the request they came from stays as it was."""
    picture, voice = files.picture(tmp_path), files.sound(tmp_path)
    media = [{"type": "reference_image", "url": picture, "reference_voice": str(voice)}]
    before = copy.deepcopy(media)
    request = Request("wan2.7-r2v", prompt="x", media=media)
    places = {address.at: f"oss://store/{address.item}" for address in request.addresses() if address.path}
    assert list(places) == [("media", 0, "url"), ("media", 0, "reference_voice")]
    sent = request.replaced(places)
    assert sent.body()["input"]["media"] == [
        {"type": "reference_image", "url": "oss://store/0", "reference_voice": "oss://store/0"}
    ]
    assert [address.path for address in sent.addresses()] == [None, None]
    assert request.value("media") == media == before


@pytest.mark.parametrize(
    ("model", "values", "place"),
    [
        ("wan2.7-t2v", {"prompt": "x", "audio_url": "a.mp3"}, ("audio_url",)),
        ("wan2.6-i2v", {"img_url": "a.png"}, ("img_url",)),
        ("wan2.6-r2v", {"prompt": "x", "reference_urls": (IMAGE, "a.png")}, ("reference_urls", 1)),
    ],
)
def test_addresses_of_every_form_can_be_replaced(
    model: str, values: dict[str, Any], place: tuple[Any, ...]
) -> None:
    """A single one, and one of a list or tuple."""
    request = Request(model, **values)
    sent = request.replaced({place: "oss://store/a"})
    assert [address.url for address in sent.addresses() if address.at == place] == ["oss://store/a"]
    assert sent.problems() == []
    assert next(address.url for address in request.addresses() if address.at == place).startswith("a.")


def test_what_another_place_kept_is_kept_when_replaced() -> None:
    """Places of a body do not change with its addresses."""
    body = {"model": "wan2.6-i2v", "input": {"img_url": "a.png"}, "parameters": {"negative_prompt": "blur"}}
    sent = Request.from_body(body).replaced({("img_url",): IMAGE}).body()
    assert sent == {**body, "input": {"img_url": IMAGE}}


def test_paths_are_checked_and_sent_as_text(tmp_path: Path) -> None:
    """Problems of files come with all others; a good one stands in the body as text."""
    picture = files.picture(tmp_path, alpha=True)
    request = Request("wan2.6-i2v", img_url=picture, duration=99)
    assert [problem.field for problem in request.problems()] == ["img_url", "duration"]
    files.picture(tmp_path, size=(640, 480))
    assert request.changed(duration=5).body()["input"] == {"img_url": str(picture)}


@given(
    model=st.sampled_from([*sorted(MODELS), "wan2.7-r2v-2027-01-01"]),
    values=st.dictionaries(
        st.sampled_from(sorted({field.name for model in MODELS.values() for field in model.fields})),
        ANYTHING,
        max_size=8,
    ),
)
def test_no_values_break_a_request(model: str, values: dict[str, Any]) -> None:
    """Whatever a form, a DataFrame or a body of somebody's holds, everything asked of it has an answer."""
    request = Request(model, **values)
    assert all(str(problem) for problem in request.problems())
    assert all(str(notice) for notice in request.notices())
    assert request.draft()["model"] == model
    assert str(request.estimate())
    assert str(request.estimate("singapore"))
    assert repr(request).startswith(f"Request({model!r}")
    assert request.size is None or min(request.size) > 0
    assert len(request.kinds()) <= len(list(request.addresses()))
    assert all(request.role(address) for address in request.addresses())
    assert bool(request.problems()) == bool(request.resolved().problems())


@given(value=ANYTHING)
def test_no_value_breaks_a_good_request(value: Any) -> None:
    """One odd value in an otherwise good request: it is a problem, or there is a body that JSON can hold."""
    for model, entry in MODELS.items():
        for field in entry.fields:
            request = a_request(model, **{field.name: value})
            request.notices()
            if not request.problems():
                assert json.loads(json.dumps(request.body())) == request.body()
