"""The temporary store for files: permissions, uploads, refusals, and who finds what for how long."""

import asyncio
import io
from pathlib import Path
from typing import Any

import dashscope
import httpx
import pytest
from dashscope.utils.oss_utils import OssUtils
from starlette.requests import Request
from starlette.types import Message

from tests.simulator.callers import Caller
from wan_notebook.simulator import InThread, Settings
from wan_notebook.simulator.answers import NOT_RESOLVED, RefusedError
from wan_notebook.simulator.links import account_of
from wan_notebook.simulator.posts import read_post
from wan_notebook.simulator.uploads import LARGEST_MB, OBJECT_SECONDS, Post, Uploads, unresolved

MODEL = "wan2.7-t2v"
NOW = 1_800_000_000.0
FIELDS = {
    "OSSAccessKeyId": "oss_access_key_id",
    "Signature": "signature",
    "policy": "policy",
    "x-oss-object-acl": "x_oss_object_acl",
    "x-oss-forbid-overwrite": "x_oss_forbid_overwrite",
}


def permission(caller: Caller, **query: str) -> dict[str, Any]:
    """Return the data of a permission."""
    answer = caller.http.get("/uploads", params={"action": "getPolicy", "model": MODEL, **query})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def form(data: dict[str, Any], name: str = "a.png") -> dict[str, str]:
    """Return the fields of an upload as the documents list them."""
    key = f"{data['upload_dir']}/{name}"
    return {field: data[of] for field, of in FIELDS.items()} | {"key": key, "success_action_status": "200"}


def post(data: dict[str, Any], fields: dict[str, str], content: Any = b"picture") -> httpx.Response:
    """Send an upload."""
    return httpx.post(data["upload_host"], data=fields, files={"file": ("a.png", content)})


def uploads_of(simulator: InThread) -> Uploads:
    """Return what a simulator keeps files in."""
    return simulator._house.door._desk.uploads


def found(caller: Caller, key: str, account: str = "sk-anyone", model: str = MODEL) -> bytes | None:
    """Return the content a task of this account and model would get."""
    uploads = uploads_of(caller.simulator)
    path = uploads.find(f"oss://{key}", account_of(account, uploads._secret), model, caller.clock.now())
    return None if path is None else path.read_bytes()


def test_a_permission_is_the_documented_answer(caller: Caller) -> None:
    """All documented fields, another folder each time, the host by which the simulator was called."""
    answer = caller.http.get("/uploads", params={"action": "getPolicy", "model": MODEL}).json()
    assert set(answer) == {"request_id", "data"}
    data = answer["data"]
    assert data["upload_host"] == caller.simulator.base_url.replace("/api/v1", "/upload")
    assert (data["expire_in_seconds"], data["max_file_size_mb"]) == (300, 100)
    assert (data["x_oss_object_acl"], data["x_oss_forbid_overwrite"]) == ("private", "true")
    assert data["upload_dir"] != permission(caller)["upload_dir"]
    assert caller.simulator.counters["policy.accepted"] == 2


@pytest.mark.parametrize(
    ("query", "key", "status", "code"),
    [
        ({"action": "getPolicy", "model": MODEL}, "pk-1", 401, "InvalidApiKey"),
        ({"action": "other", "model": MODEL}, "sk-1", 400, "InvalidParameter"),
        ({"model": MODEL}, "sk-1", 400, "InvalidParameter"),
        ({"action": "getPolicy"}, "sk-1", 400, "BadRequest.EmptyModel"),
    ],
)
def test_a_permission_is_refused(
    caller: Caller, query: dict[str, str], key: str, status: int, code: str
) -> None:
    """Without a good key, the action and a model there is none."""
    answer = caller.http.get("/uploads", params=query, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert caller.simulator.counters[f"policy.{status}"] == 1


def test_a_hundred_permissions_a_second(caller: Caller) -> None:
    """Per account and model; a second later it goes on."""
    for _ in range(100):
        permission(caller)
    query = {"action": "getPolicy", "model": MODEL}
    assert caller.http.get("/uploads", params=query).json()["code"] == "Throttling.RateQuota"
    permission(caller, model="wan2.7-i2v")
    caller.clock.move(1)
    permission(caller)


@pytest.mark.parametrize("settings", [Settings(limits=False)], indirect=True)
def test_without_limits_there_is_no_rate(caller: Caller) -> None:
    """A class shares one simulator."""
    for _ in range(101):
        permission(caller)


def test_an_upload_is_kept_for_its_account_and_model(caller: Caller) -> None:
    """200 with an empty body; nobody else finds it, nor by another name; it needs no key."""
    data = permission(caller)
    fields = form(data, "狐狸 1.png")
    answer = post(data, fields)
    assert (answer.status_code, answer.content) == (200, b"")
    assert found(caller, fields["key"]) == b"picture"
    assert found(caller, fields["key"], account="sk-other") is None
    assert found(caller, fields["key"], model="wan2.7-i2v") is None
    assert found(caller, f"{data['upload_dir']}/other.png") is None
    assert found(caller, "../" + fields["key"]) is None
    assert caller.simulator.counters["upload.200"] == 1


def test_an_object_lives_two_days(caller: Caller) -> None:
    """By the simulator's clock; then its file goes with the next upload."""
    data = permission(caller)
    fields = form(data)
    post(data, fields)
    folder = uploads_of(caller.simulator)._folder
    caller.clock.move(OBJECT_SECONDS - 1)
    assert found(caller, fields["key"]) == b"picture"
    caller.clock.move(1)
    assert found(caller, fields["key"]) is None
    old = set(folder.iterdir())
    data = permission(caller)
    post(data, form(data))
    assert (len(old), len(list(folder.iterdir())), old & set(folder.iterdir())) == (1, 1, set())


def test_a_permission_lives_five_minutes(caller: Caller) -> None:
    """Then 403 and XML in the words of the documents."""
    data = permission(caller)
    caller.clock.move(299)
    assert post(data, form(data)).status_code == 200
    caller.clock.move(1)
    answer = post(data, form(data, "b.png"))
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/xml")
    assert "<Code>AccessDenied</Code>" in answer.text
    assert "<Message>Invalid according to Policy: Policy expired.</Message>" in answer.text
    assert caller.simulator.counters["upload.403"] == 1


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"OSSAccessKeyId": ""}, 400, "a field named 'OSSAccessKeyId'"),
        ({"Signature": ""}, 400, "a field named 'Signature'"),
        ({"policy": ""}, 400, "a field named 'policy'"),
        ({"key": ""}, 400, "a field named 'key'"),
        ({"OSSAccessKeyId": "other"}, 403, "InvalidAccessKeyId"),
        ({"Signature": "é"}, 403, "SignatureDoesNotMatch"),
        ({"policy": "e30="}, 403, "SignatureDoesNotMatch"),
        ({"key": "elsewhere/a.png"}, 403, "$key"),
        ({"key": "{dir}/"}, 403, "$key"),
        ({"key": "{dir}/deeper/a.png"}, 403, "$key"),
        ({"key": "{dir}x/a.png"}, 403, "$key"),
        ({"x-oss-object-acl": "public-read"}, 403, "$x-oss-object-acl"),
        ({"x-oss-forbid-overwrite": "false"}, 403, "$x-oss-forbid-overwrite"),
    ],
)
def test_a_form_the_permission_does_not_cover_is_refused(
    caller: Caller, changed: dict[str, str], status: int, words: str
) -> None:
    """Nothing is kept, and the answer says what was wrong."""
    data = permission(caller)
    fields = form(data) | {name: value.format(dir=data["upload_dir"]) for name, value in changed.items()}
    answer = post(data, fields)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert not list(uploads_of(caller.simulator)._folder.glob("*"))


def test_nothing_is_overwritten(caller: Caller) -> None:
    """The second file of a key is refused, the first stays."""
    data = permission(caller)
    fields = form(data)
    post(data, fields)
    answer = post(data, fields, b"other")
    assert (answer.status_code, "FileAlreadyExists" in answer.text) == (409, True)
    assert found(caller, fields["key"]) == b"picture"


def test_what_comes_after_the_file_does_not_count(caller: Caller) -> None:
    """The file is last, as the documents demand."""
    data = permission(caller)
    fields = form(data)
    first = [("file", ("a.png", b"picture"))]
    answer = httpx.post(
        data["upload_host"], files=[*first, *((name, (None, value)) for name, value in fields.items())]
    )
    assert (answer.status_code, "a field named" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"key": "x"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"no form", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
        {"data": {"key": "x"}},
        {"files": {"picture": b"x"}},
        {"files": [("file", b"x"), ("file", b"y")]},
        {"files": {"key": (None, b"x" * 70_000), "file": b"x"}},
    ],
)
def test_what_is_no_form_with_one_file_is_refused(caller: Caller, sent: dict[str, Any]) -> None:
    """400 and XML, whatever comes."""
    answer = httpx.post(permission(caller)["upload_host"], **sent)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/xml")


class Zeros(io.RawIOBase):
    """A file of nothing but zeros that takes no room."""

    def __init__(self, size: int) -> None:
        self._left = size
        self.size = size

    def read(self, size: int = -1, /) -> bytes:
        """Return some of them."""
        piece = bytes(min(self._left, 2**20 if size < 0 else size))
        self._left -= len(piece)
        return piece


async def whole(store: Uploads, fields: dict[str, str], size: int) -> None:
    """Store a file of zeros."""
    await store.store(Post(fields, Zeros(size), size), NOW)  # type: ignore[arg-type] # it reads like one


@pytest.mark.parametrize(("more", "kept"), [(0, True), (1, False)])
def test_a_file_above_the_limit_is_refused(tmp_path: Path, more: int, kept: bool) -> None:  # noqa: FBT001 - a column
    """The limit that the permission names holds to the byte."""
    store = Uploads(tmp_path / "uploads", b"secret", NOW)
    fields = form(store.policy("account", MODEL, "http://127.0.0.1", NOW))
    if kept:
        asyncio.run(whole(store, fields, LARGEST_MB * 2**20))
    else:
        with pytest.raises(RefusedError, match="EntityTooLarge"):
            asyncio.run(whole(store, fields, LARGEST_MB * 2**20 + more))
    assert len(list((tmp_path / "uploads").glob("*"))) == kept


def request(*messages: Message) -> Request:
    """Return an upload whose body comes in these messages."""
    coming = iter(messages)

    async def receive() -> Message:
        return next(coming)

    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    return Request({"type": "http", "method": "POST", "path": "/upload", "headers": headers}, receive)


START = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


def test_a_body_without_end_is_not_spooled(tmp_path: Path) -> None:
    """What goes beyond the limit is thrown away, and refused when it has come."""
    piece: Message = {"type": "http.request", "body": bytes(2**20), "more_body": True}
    start: Message = {"type": "http.request", "body": START, "more_body": True}
    end: Message = {"type": "http.request", "body": b"", "more_body": False}

    async def run() -> None:
        async with read_post(request(start, *[piece] * (LARGEST_MB + 2), end)):
            pass

    with pytest.raises(RefusedError, match="EntityTooLarge"):
        asyncio.run(run())


def test_an_upload_that_breaks_off_leaves_nothing(caller: Caller) -> None:
    """It is counted, not logged as a fault, and no file is kept."""
    door = caller.simulator._house.door
    start: Message = {"type": "http.request", "body": START + b"half", "more_body": True}
    asyncio.run(door._upload(request(start, {"type": "http.disconnect"})))
    assert caller.simulator.counters["upload.cut"] == 1
    assert not list(uploads_of(caller.simulator)._folder.glob("*"))


def test_a_disk_that_refuses_is_a_fault_of_the_store(caller: Caller) -> None:
    """500 and XML, as the store says it, and the simulator lives on."""
    folder = uploads_of(caller.simulator)._folder
    folder.write_bytes(b"in the way")
    data = permission(caller)
    answer = post(data, form(data))
    assert (answer.status_code, "InternalError" in answer.text) == (500, True)
    folder.unlink()
    assert post(data, form(data)).status_code == 200


def test_a_restart_keeps_what_is_whole(tmp_path: Path) -> None:
    """Objects survive, halves and old ones go."""
    folder = tmp_path / "uploads"
    first = Uploads(folder, b"secret", NOW)
    fields = form(first.policy("account", MODEL, "http://127.0.0.1", NOW))
    asyncio.run(whole(first, fields, 5))
    (folder / "half.part").write_bytes(b"x")
    second = Uploads(folder, b"secret", NOW + 60)
    path = second.find(f"oss://{fields['key']}", "account", MODEL, NOW + 60)
    assert path is not None
    assert path.read_bytes() == bytes(5)
    assert list(folder.iterdir()) == [path]
    Uploads(folder, b"secret", NOW + OBJECT_SECONDS)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "header", "refused"),
    [
        ({"input": {"media": [{"type": "first_frame", "url": "oss://a/b.png"}]}}, None, True),
        ({"input": {"media": [{"type": "first_frame", "url": "oss://a/b.png"}]}}, "", True),
        ({"input": {"media": [{"type": "first_frame", "url": "oss://a/b.png"}]}}, "disable", True),
        ({"input": {"media": [{"type": "first_frame", "url": "oss://a/b.png"}]}}, "Enable", False),
        ({"input": {"audio_url": "oss://a/b.mp3"}}, None, True),
        ({"input": {"prompt": "see oss://a"}, "parameters": {"seed": 1}}, None, False),
        ({"input": {"media": [{"url": "https://a.example/oss://"}]}}, None, False),
        ([], None, False),
    ],
)
def test_an_upload_must_be_asked_to_be_resolved(body: object, header: str | None, refused: bool) -> None:  # noqa: FBT001 - a column
    """An address of the store without its header is the documented 400."""
    assert unresolved(body, header) == (NOT_RESOLVED if refused else None)


def test_the_official_sdk_uploads_to_it(
    caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own upload, unchanged, with one permission for two files; the files arrive byte for byte."""
    monkeypatch.setattr(dashscope, "base_http_api_url", caller.simulator.base_url)
    paths = [tmp_path / "狐狸 1.png", tmp_path / "long.mp4"]
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number]) * 2_000_000)
    first, certificate = OssUtils.upload(MODEL, str(paths[0]), "sk-anyone")
    second, _ = OssUtils.upload(MODEL, str(paths[1]), "sk-anyone", certificate)
    for address, path in zip((first, second), paths, strict=True):
        assert found(caller, address.removeprefix("oss://")) == path.read_bytes()
