"""Requests without problems for any model, drawn from its entry in the catalogue."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from wan_notebook.catalog import (
    MODELS,
    VOICE,
    BooleanField,
    ChoiceField,
    Field,
    IntegerField,
    MediaField,
    MediaSet,
    Request,
    TextField,
    UrlField,
    UrlsField,
)

ODD = (
    "'",
    '"',
    "'''",
    '"""',
    "\\",
    "\\n",
    "\n",
    "\r\n",
    "\t",
    "$HOME",
    "$(date)",
    "`date`",
    "!",
    "#",
    "{name}",
    "%s",
    "\x00",
    "\u2028",
    "🦊",
    "雨中的狐狸",
    "“好”",
    "é",
    " \\\n",
    "^\n",
    "curl -d '{}'",
    'requests.post(json={"model": 1})',
    "*/",
    "// no comment",
    ",]",
)
TEXTS = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=5)), min_size=1, max_size=8).map("".join)
ADDRESSES = {
    "image": ("https://a.example/girl.png", "https://a.example/x.jpg?Expires=1&k=a'b", "oss://b/c/d.webp"),
    "video": ("https://a.example/walk.mp4", "http://a.example/%E7%8B%90.mov", "oss://b/walk.mp4"),
    "audio": ("https://a.example/rap.mp3", "oss://b/voice.wav"),
}


def requests(*models: str) -> st.SearchStrategy[Request]:
    """Return requests without problems for these models, for all by default."""
    return st.sampled_from(models or tuple(MODELS)).flatmap(_requests)


def _requests(model: str) -> st.SearchStrategy[Request]:
    fields = MODELS[model].fields
    required = {field.name: _value(field) for field in fields if field.required}
    optional = {field.name: _value(field) for field in fields if not field.required}
    values = st.fixed_dictionaries(required, optional=optional)
    return values.map(lambda drawn: Request(model, **drawn)).filter(lambda request: not request.problems())


def _value(field: Field) -> st.SearchStrategy[Any]:
    return next(make for kind, make in _STRATEGIES.items() if isinstance(field, kind))(field)


def _text(field: Any) -> st.SearchStrategy[str]:
    return TEXTS.filter(lambda drawn: not field.problems(drawn))


def _whole(field: Any) -> st.SearchStrategy[int]:
    numbers = st.integers(field.minimum, field.maximum)
    return numbers if field.besides is None else st.one_of(st.just(field.besides), numbers)


def _addresses(kind: str) -> st.SearchStrategy[str]:
    return st.sampled_from(ADDRESSES[kind])


def _media(field: Any) -> st.SearchStrategy[list[dict[str, str]]]:
    return st.sampled_from(field.sets).flatmap(lambda one: _items(field, one))


def _items(field: MediaField, one: MediaSet) -> st.SearchStrategy[list[dict[str, str]]]:
    counts = st.tuples(*(st.integers(low, min(high, 3)) for low, high in one.counts.values()))
    names = counts.map(
        lambda drawn: [name for name, count in zip(one.counts, drawn, strict=True) for _ in range(count)]
    )
    return (
        names.filter(lambda found: one.permits({name: found.count(name) for name in found}))
        .flatmap(st.permutations)
        .flatmap(lambda order: st.tuples(*(_item(field, name) for name in order)))
        .map(list)
    )


def _item(field: MediaField, name: str) -> st.SearchStrategy[dict[str, str]]:
    kind = field.type(name)
    assert kind is not None
    voice = {VOICE: _addresses("audio")} if kind.voice else {}
    given = {"type": st.just(name), "url": _addresses(kind.rule.kind)}
    return st.fixed_dictionaries(given, optional=voice)


_STRATEGIES: dict[type[Field], Callable[[Any], st.SearchStrategy[Any]]] = {
    TextField: _text,
    ChoiceField: lambda field: st.sampled_from(field.options),
    IntegerField: _whole,
    BooleanField: lambda _: st.booleans(),
    UrlField: lambda field: _addresses(field.rule.kind),
    UrlsField: lambda _: st.lists(
        st.sampled_from(ADDRESSES["image"] + ADDRESSES["video"]), min_size=1, max_size=5
    ),
    MediaField: _media,
}
