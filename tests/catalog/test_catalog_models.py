"""The table of models, and the words for states."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from wan_notebook.catalog import (
    FINAL,
    MODELS,
    IntegerField,
    Model,
    Request,
    Status,
    TextField,
    UnknownModelError,
    VideoState,
    add_models,
    find_model,
)

TALK = TextField(name="prompt", place="input", maximum=10, required=True)
SHORT = IntegerField(name="duration", place="parameters", minimum=1, maximum=3, default=2)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    """Put a model into the catalogue that no service has, for one test."""
    model = Model(
        id="made-up",
        mode="t2v",
        family="wan2.7",
        path="x",
        fields=(TALK, SHORT),
        pixels={},
        scopes=("mainland",),
    )
    add_models(model)
    yield model
    del MODELS[model.id]


def test_the_catalogue_has_the_models_of_the_documents() -> None:
    """Ten ids, their modes and families, one endpoint, rates and frames (protocol.md, sections 1 and 8)."""
    assert {model.id: (model.family, model.mode) for model in MODELS.values()} == {
        "wan2.7-t2v": ("wan2.7", "t2v"),
        "wan2.7-i2v": ("wan2.7", "i2v"),
        "wan2.7-i2v-2026-04-25": ("wan2.7", "i2v"),
        "wan2.7-r2v": ("wan2.7", "r2v"),
        "wan2.7-videoedit": ("wan2.7", "edit"),
        "wan2.6-t2v": ("wan2.6", "t2v"),
        "wan2.6-i2v": ("wan2.6", "i2v"),
        "wan2.6-i2v-flash": ("wan2.6", "i2v"),
        "wan2.6-r2v": ("wan2.6", "r2v"),
        "wan2.6-r2v-flash": ("wan2.6", "r2v"),
    }
    for model in MODELS.values():
        assert model.path == "services/aigc/video-generation/video-synthesis"
        assert (model.fps, model.running, model.creates) == (30, 5, 5)


@pytest.mark.parametrize(
    ("model", "places"),
    [
        ("wan2.7-t2v", {"prompt", "negative_prompt", "audio_url"}),
        ("wan2.7-i2v", {"prompt", "negative_prompt", "media"}),
        ("wan2.7-r2v", {"prompt", "negative_prompt", "media", "reference_voice"}),
        ("wan2.7-videoedit", {"prompt", "negative_prompt", "media"}),
        ("wan2.6-t2v", {"prompt", "negative_prompt", "audio_url"}),
        ("wan2.6-i2v", {"prompt", "negative_prompt", "audio_url", "img_url", "template"}),
        ("wan2.6-r2v", {"prompt", "negative_prompt", "reference_urls"}),
    ],
)
def test_what_is_no_parameter_stands_in_input(model: str, places: set[str]) -> None:
    """The rest stands in parameters (sections 2.1 and 2.4)."""
    assert {field.name for field in find_model(model).fields if field.place == "input"} == places


@pytest.mark.parametrize(
    ("model", "naming", "billing", "shares"),
    [
        ("wan2.7-t2v", None, "output", "references"),
        ("wan2.7-i2v", None, "output", "references"),
        ("wan2.7-r2v", "counted", "references", "videos"),
        ("wan2.7-videoedit", "counted", "edit", "references"),
        ("wan2.6-t2v", None, "output", "references"),
        ("wan2.6-r2v", "character", "references", "references"),
        ("wan2.6-r2v-flash", "character", "references", "references"),
    ],
)
def test_names_and_bills_follow_the_family(model: str, naming: str, billing: str, shares: str) -> None:
    """How prompts name references, and which seconds are billed (sections 3 and 9)."""
    found = find_model(model)
    assert (found.naming, found.billing, found.input_shares) == (naming, billing, shares)


def test_every_older_model_has_a_successor_of_its_mode() -> None:
    """A request can be moved there."""
    older = [model for model in MODELS.values() if model.family == "wan2.6"]
    for model in older:
        assert model.successor is not None
        assert find_model(model.successor).mode == model.mode
        assert find_model(model.successor).family == "wan2.7"
    assert all(model.successor is None for model in MODELS.values() if model not in older)


@pytest.mark.parametrize(
    ("snapshot", "base"),
    [
        ("wan2.7-t2v-2026-06-12", "wan2.7-t2v"),
        ("wan2.7-i2v-2026-04-25-preview", "wan2.7-i2v-2026-04-25"),
        ("wan2.6-i2v-flash-2027-01-01", "wan2.6-i2v-flash"),
        ("wan2.6-i2v-us", "wan2.6-i2v"),
    ],
)
def test_an_unknown_snapshot_has_the_rules_of_the_longest_id(snapshot: str, base: str) -> None:
    """Fields, scopes and bills are those of the base; its id is its own, in the body too."""
    model = find_model(snapshot)
    assert (model.id, model.base) == (snapshot, base)
    assert replace(model, id=base, base=None) == find_model(base)
    assert snapshot not in MODELS
    assert Request(snapshot).draft()["model"] == snapshot
    assert Request.from_body(Request(snapshot, prompt="x").draft()).model == model


def test_a_snapshot_is_checked_like_its_base() -> None:
    """A body comes, its faults are told with its own id, its price is unknown, and a remark says so."""
    request = Request("wan2.7-t2v-2027-01-01", prompt="x", duration=15)
    assert request.body()["parameters"] == {"duration": 15}
    assert [str(problem) for problem in request.changed(size="1280*720").problems()] == [
        "size is not a parameter of wan2.7-t2v-2027-01-01; give resolution and ratio instead."
    ]
    assert request.estimate().high is None
    assert [notice.field for notice in request.notices()] == ["model"]


def test_names_of_fields_are_unique() -> None:
    """No model has two parameters of one name, and each default is a good value."""
    for model in MODELS.values():
        names = [field.name for field in model.fields]
        assert len(names) == len(set(names))
        assert all(field.default is None or field.problem(field.default) is None for field in model.fields)


def test_every_picture_size_can_be_encoded() -> None:
    """Both sides are even and the ratio's own, within the rounding of the documents' table."""
    for model in MODELS.values():
        for sizes in model.pixels.values():
            for ratio, (width, height) in sizes.items():
                across, down = map(int, ratio.split(":"))
                assert width % 2 == height % 2 == 0
                assert width / height == pytest.approx(across / down, rel=0.02)


def test_an_added_model_works_from_its_entry(made_up: Model) -> None:
    """A request for a new model follows the entry's rules; its price is unknown."""
    assert Request("made-up", prompt="fox", duration=3).body()["parameters"] == {"duration": 3}
    assert [problem.field for problem in Request("made-up", prompt="f" * 11, duration=4).problems()] == [
        "prompt",
        "duration",
    ]
    assert Request("made-up", prompt="fox").estimate().high is None
    assert Request("made-up", prompt="fox").size is None
    assert made_up.field("seed") is None


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("wan2.7-tv", "There is no model 'wan2.7-tv'; did you mean wan2.7-t2v?"),
        ("wan2.7-t2v-", "There is no model 'wan2.7-t2v-'; did you mean wan2.7-t2v?"),
        ("wan2.7-t2v2026", "There is no model 'wan2.7-t2v2026'; did you mean wan2.7-t2v?"),
        ("WAN2.7-R2V", "There is no model 'WAN2.7-R2V'; "),
        ("sora", "There is no model 'sora'; the catalogue has wan2.7-t2v, wan2.7-i2v, "),
        ("", "There is no model ''; the catalogue has "),
        (None, "There is no model None; the catalogue has "),
        (["wan2.7-t2v"], "There is no model ['wan2.7-t2v']; did you mean wan2.7-t2v?"),
    ],
)
def test_a_near_miss_is_answered_with_the_nearest(model: Any, words: str) -> None:
    """A mistyped id gets the right one, a strange one all there are."""
    with pytest.raises(UnknownModelError) as refused:
        find_model(model)
    assert str(refused.value).startswith(words)


def test_final_states_are_the_ones_nothing_follows() -> None:
    """What the service or we may still change is not final."""
    assert set(Status) - FINAL == {
        Status.QUEUED,
        Status.SUBMITTING,
        Status.UNCONFIRMED,
        Status.PENDING,
        Status.RUNNING,
        Status.UNKNOWN,
    }
    assert str(Status.SUCCEEDED) == "SUCCEEDED"
    assert [str(state) for state in VideoState] == ["none", "downloading", "saved", "expired", "failed"]
