"""One more model is one catalogue entry: everything else follows from it."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import httpx
import pytest

from tests import files
from tests.simulator.callers import CREATE, headers
from tests.simulators import a_simulator
from wan_notebook.catalog import (
    MODELS,
    MediaField,
    MediaSet,
    MediaType,
    Model,
    Request,
    add_models,
    find_model,
    use_prices,
)
from wan_notebook.catalog.files import IMAGE, SOUND
from wan_notebook.catalog.models import Cap
from wan_notebook.catalog.wan27 import CREATE_PATH, DURATION, PROMPT, RESOLUTION, SEED
from wan_notebook.simulator import MovableClock, Settings
from wan_notebook.widgets.form.describing import control

MADE_UP = Model(
    id="wan9-song",
    mode="i2v",
    family="wan2.7",
    path=CREATE_PATH,
    fields=(
        PROMPT,
        MediaField(
            name="media",
            place="input",
            required=True,
            types=(
                MediaType(name="first_frame", rule=IMAGE),
                MediaType(name="reference_image", rule=IMAGE, named=True),
                MediaType(name="driving_audio", rule=SOUND),
            ),
            sets=(
                MediaSet(
                    id="song",
                    counts={"first_frame": (1, 1), "reference_image": (0, 2), "driving_audio": (0, 1)},
                ),
            ),
        ),
        RESOLUTION,
        DURATION,
        SEED,
    ),
    pixels={"720P": {"16:9": (1280, 720)}, "1080P": {"16:9": (1920, 1080)}},
    scopes=("mainland",),
    caps=(Cap(field="duration", maximum=3, media="driving_audio"),),
    follows=("first_frame",),
    naming="counted",
)
SIZE = 1104, 816
"""What a picture of 4:3 makes of the smaller tier: its area, both sides in steps of 16."""
PRICES = """
currency = "CNY"
date = 2026-11-21
source = "a price list of our own"

[[price]]
models = ["wan9-song"]
scope = "mainland"
per_second = { "720P" = "0.1", "1080P" = ["0.2", "0.3"] }
"""


@pytest.fixture
def model(tmp_path: Path) -> Iterator[Model]:
    """Put the entry, and a price of its own, into the catalogue."""
    prices = tmp_path / "prices.toml"
    prices.write_text(PRICES)
    add_models(MADE_UP)
    use_prices(prices)
    yield find_model(MADE_UP.id)
    use_prices(None)
    del MODELS[MADE_UP.id]


def media(folder: Path, *types: str) -> list[dict[str, Any]]:
    """Return media items of these types with real files."""
    picture, song = files.picture(folder, size=(320, 240)), files.sound(folder)
    return [{"type": one, "url": str(song if one == "driving_audio" else picture)} for one in types]


def test_the_form_gets_its_controls(model: Model) -> None:
    """Each field has a kind, a label and a help text, the media list its types and sets."""
    controls = {one["name"]: one for one in map(control, model.fields)}
    assert list(controls) == ["prompt", "media", "resolution", "duration", "seed"]
    assert all(one["label"] and one["help"] for one in controls.values())
    assert (controls["duration"]["minimum"], controls["duration"]["maximum"]) == (2, 15)
    types = controls["media"]["types"]
    assert [(one["name"], one["most"]) for one in types] == [
        ("first_frame", 1),
        ("reference_image", 2),
        ("driving_audio", 1),
    ]


def test_requests_are_checked_and_built(model: Model, tmp_path: Path) -> None:
    """Limits, sets and caps are those of the entry; what passes has a body."""
    song = media(tmp_path, "first_frame", "driving_audio")
    request = Request(model.id, prompt="A song for Image 1", media=song, duration=3, resolution="720P")
    assert request.problems() == []
    assert request.body()["input"]["media"] == song
    assert request.size == SIZE
    wrong = request.changed(media=[song[1]], duration=4)
    assert [problem.field for problem in wrong.problems()] == ["media", "duration"]
    assert "1 first_frame" in wrong.problems()[0].message


def test_its_price_comes_from_a_list(model: Model, tmp_path: Path) -> None:
    """The user's own list prices it, and its own id alone."""
    request = Request(model.id, prompt="A song", media=media(tmp_path, "first_frame"), duration=5)
    estimate = request.estimate("beijing")
    assert (estimate.low, estimate.high) == (Decimal("1.0"), Decimal("1.5"))
    assert estimate.source == "a price list of our own"
    assert request.estimate("singapore").high is None


def test_the_simulator_makes_it(model: Model, tmp_path: Path) -> None:
    """It is uploaded to, judged, made in the size the entry leads to, and billed."""
    clock, quick = MovableClock(), Settings(run_seconds=(0, 0), queue_seconds=(0, 0))
    song = media(tmp_path, "first_frame", "driving_audio")
    with (
        a_simulator(quick, tmp_path / "state", clock) as simulator,
        httpx.Client(base_url=simulator.base_url, headers=headers("sk-a")) as http,
    ):
        sent = [{**item, "url": uploaded(http, model.id, Path(item["url"]))} for item in song]
        request = Request(model.id, prompt="A song", media=sent, duration=2, resolution="720P")
        resolve = {"X-DashScope-OssResourceResolve": "enable"}
        created = http.post(CREATE, json=request.body(), headers=resolve).json()
        refused = http.post(CREATE, json=request.changed(duration=5).draft(), headers=resolve).json()
        assert simulator.wait_made()
        clock.move(1)
        answer = http.get(f"/tasks/{created['output']['task_id']}").json()
        told = http.get(f"/tasks/{refused['output']['task_id']}").json()["output"]["message"]
        content = httpx.get(answer["output"]["video_url"]).content
    assert told == "Input should be less than or equal to 3: parameters.duration"
    with av.open(BytesIO(content)) as container:
        pictures = container.streams.video[0]
        assert ((pictures.width, pictures.height), pictures.frames) == (SIZE, 60)
    assert answer["usage"] == {
        "duration": 2,
        "input_video_duration": 0,
        "output_video_duration": 2,
        "video_count": 1,
        "SR": 720,
    }


def uploaded(http: httpx.Client, model: str, path: Path) -> str:
    """Upload a file for a model and return its address."""
    data = http.get("/uploads", params={"action": "getPolicy", "model": model}).json()["data"]
    key = f"{data['upload_dir']}/{path.name}"
    fields = {
        "OSSAccessKeyId": data["oss_access_key_id"],
        "Signature": data["signature"],
        "policy": data["policy"],
        "key": key,
        "x-oss-object-acl": data["x_oss_object_acl"],
        "x-oss-forbid-overwrite": data["x_oss_forbid_overwrite"],
        "success_action_status": "200",
    }
    with path.open("rb") as file:
        answer = httpx.post(data["upload_host"], data=fields, files={"file": (path.name, file)})
    assert answer.status_code == 200, answer.text
    return f"oss://{key}"
