"""Client and simulator agree on what can be sent, though neither uses the other's judging.

Three things are not drawn, for there the client is stricter on purpose:
- a text that is too long is told by the client, while the service cuts it without a word;
- names the model does not have, as parameters or in media items (`reference_voice` where no reference is
  among them), are told by the client, while the service passes over them;
- files on this machine are read by the client and never reach the service under that name: addresses here
  are of the web, of the upload store and inline, and wrong ones.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wan_notebook.catalog import (
    MODELS,
    VOICE,
    BooleanField,
    ChoiceField,
    Field,
    IntegerField,
    MediaField,
    MediaType,
    Model,
    Request,
    TextField,
    UrlField,
    UrlsField,
)
from wan_notebook.simulator.judging.rules import read_order

Drawn = st.SearchStrategy[Any]

WEB = st.sampled_from(
    [
        "https://a.example/i.png",
        "http://127.0.0.1:8800/clip.mp4?x=y",
        "https://a.example/clip.MOV",
        "HTTPS://a.example/voice.mp3#t",
        "https://a.example/no-ending",
        "http://user:word@a.example/picture.webp",
        "oss://bucket/dir/a.jpg",
        "oss://bucket/dir/a.mp4",
    ]
)
ODD_ADDRESSES = st.sampled_from(
    [
        "",
        " ",
        "nowhere.png",
        "ftp://a.example/i.png",
        "http://",
        "http:///i.png",
        "https://:80/i.png",
        "http://[/i.png",
        "oss://",
        "https://a.example/a b.png",
        " https://a.example/i.png",
        "https://a.example/\u200b.png",
        "https://a.example/\ud800.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:video/mp4;base64,AAAA",
        "data:image/png,AAAA",
        "data:image/png;base64,",
        "DATA:image/png;base64,AAAA",
    ]
)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 20),
    st.sampled_from([2**31 - 2, 2**31 - 1, 2**31, -1]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=3),
    st.sampled_from(["", " \n", "\ud800", "720p", "1280x720", "Single", "true", "5"]),
    ODD_ADDRESSES,
    st.lists(st.one_of(st.integers(), ODD_ADDRESSES, WEB), max_size=6),
    st.dictionaries(st.sampled_from(["type", "url"]), st.text(max_size=3), max_size=2),
)


def mostly(usual: Drawn, odd: Drawn = ODD) -> Drawn:
    """Return a strategy that draws the usual nine times out of ten, so that whole requests come out well."""
    return st.integers(0, 9).flatmap(lambda number: odd if number == 9 else usual)


def items(field: MediaField) -> Drawn:
    """Return media lists: those of the permitted sets, and others."""
    types = {one.name: one for one in field.types}
    numbers = [
        st.fixed_dictionaries({name: st.integers(low, high) for name, (low, high) in one.counts.items()})
        for one in field.sets
    ]
    permitted = st.one_of(numbers).flatmap(
        lambda found: st.tuples(*(item(types[name]) for name, count in found.items() for _ in range(count)))
    )
    return mostly(permitted.map(list), st.lists(st.one_of(*map(item, field.types)), max_size=7))


def item(media_type: MediaType) -> Drawn:
    """Return items of a type, some of them with a voice, a few of them broken."""
    name: Drawn = st.sampled_from([None, "", "picture", 5, ["first_frame"], {}])
    address = mostly(WEB, st.one_of(ODD_ADDRESSES, st.none(), st.integers()))
    voices = {VOICE: address} if media_type.voice else {}
    well = st.fixed_dictionaries({"type": st.just(media_type.name), "url": address}, optional=voices)
    broken = st.fixed_dictionaries({}, optional={"type": name, "url": address})
    return st.integers(0, 29).flatmap(lambda number: broken if number == 29 else well)


def urls(field: UrlsField) -> Drawn:
    """Return lists of addresses, some of them too long."""
    return st.lists(WEB, min_size=1, max_size=field.most + 1)


def integers(field: IntegerField) -> Drawn:
    """Return numbers within the bounds, and the one besides."""
    whole = st.integers(field.minimum, field.maximum)
    return whole if field.besides is None else st.one_of(whole, st.just(field.besides))


def texts(_field: TextField) -> Drawn:
    """Return short texts that can be written as UTF-8."""
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4)


USUAL: dict[type[Field], Callable[[Any], Drawn]] = {
    TextField: texts,
    ChoiceField: lambda field: st.sampled_from(field.options),
    IntegerField: integers,
    BooleanField: lambda _field: st.booleans(),
    UrlField: lambda _field: WEB,
    UrlsField: urls,
    MediaField: items,
}


def values_of(field: Field) -> Drawn:
    """Return what a field may be given, mostly what it takes."""
    return mostly(USUAL[type(field)](field))


def requests(model: Model) -> Drawn:
    """Return values for a model: the required fields nearly always, the others now and then."""
    required = {field.name: values_of(field) for field in model.fields if field.required}
    others = {field.name: values_of(field) for field in model.fields if not field.required}
    return st.fixed_dictionaries(required, optional=others)


def agreed(model: Model, values: dict[str, Any]) -> bool:
    """Send values both ways, and return whether they are taken."""
    body: dict[str, Any] = {"model": model.id, "input": {}, "parameters": {}}
    for field in model.fields:
        if field.name in values:
            body[field.place][field.name] = values[field.name]
    fault = read_order(json.dumps(body).encode(), model.path, "enable").fault
    problems = Request(model.id, **values).problems()
    assert (fault is None) == (not problems), (fault, [problem.message for problem in problems])
    return fault is None


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
@settings(max_examples=100)
@given(data=st.data())
def test_what_one_passes_the_other_takes(model: Model, data: st.DataObject) -> None:
    """Each model: what `problems()` passes the simulator accepts, what it refuses the simulator refuses."""
    agreed(model, data.draw(requests(model)))


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_most_of_what_is_drawn_is_taken_or_refused(model: Model) -> None:
    """Both ends are met: the test above would say little if everything were refused, or nothing."""
    outcomes: set[bool] = set()

    @settings(max_examples=40, database=None, derandomize=True)
    @given(requests(model))
    def look(values: dict[str, Any]) -> None:
        outcomes.add(agreed(model, values))

    look()
    assert outcomes == {True, False}


@pytest.mark.parametrize("model", ["wan2.7-t2v", "wan2.6-t2v"])
def test_a_long_text_is_where_the_client_is_stricter(model: str) -> None:
    """The service cuts it; the client tells it before, for less is made than was asked."""
    found = MODELS[model]
    prompt = found.field("prompt")
    assert isinstance(prompt, TextField)
    written = "x" * (prompt.maximum + 1)
    body = {"model": model, "input": {"prompt": written}}
    order = read_order(json.dumps(body).encode(), found.path)
    assert (order.fault, order.values["prompt"]) == (None, written[:-1])
    assert [problem.field for problem in Request(model, prompt=written).problems()] == ["prompt"]
