"""The table of models, and the words for states."""

from collections.abc import Iterator

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


def test_the_catalogue_has_the_model_of_the_documents() -> None:
    """wan2.7-t2v has the documented fields, defaults and limits (protocol.md sections 2.1, 2.3, 8)."""
    model = find_model("wan2.7-t2v")
    assert model.path == "services/aigc/video-generation/video-synthesis"
    assert model.defaults == {
        "resolution": "1080P",
        "ratio": "16:9",
        "duration": 5,
        "prompt_extend": True,
        "watermark": False,
    }
    assert {field.name for field in model.fields if field.place == "input"} == {
        "prompt",
        "negative_prompt",
        "audio_url",
    }
    assert (model.fps, model.running, model.creates) == (30, 5, 5)


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


def test_a_near_miss_is_answered_with_the_nearest() -> None:
    """A mistyped id gets the right one."""
    with pytest.raises(UnknownModelError, match=r"'wan2\.7-tv'; did you mean wan2\.7-t2v\?"):
        find_model("wan2.7-tv")


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
