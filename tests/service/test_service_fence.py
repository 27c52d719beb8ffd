"""Where a download may lead: never from outside to this machine or its network."""

import asyncio
import socket
import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.service.downloads import (
    OUTSIDE,
    VIDEO,
    download,
    fetch_from,
    redirecting,
)
from tests.service.loopback import http, serving
from wan_notebook.service import (
    DownloadError,
)
from wan_notebook.service.addresses import is_local, is_loopback


def test_a_redirect_outside_is_followed(tmp_path: Path) -> None:
    """Relative and absolute addresses lead to the video."""
    answers = redirecting("/other", "https://1.1.1.1/v", "//9.9.9.9/v")
    assert fetch_from(answers, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)


@pytest.mark.parametrize(
    "inside",
    [
        "http://127.0.0.1/v",
        "http://127.1/v",
        "http://[::1]/v",
        "http://[::ffff:127.0.0.1]/v",
        "http://localhost:8888/api",
        "http://10.0.0.1/",
        "http://172.16.9.9/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.100.100.200/latest/meta-data",
        "http://0.0.0.0/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
    ],
)
def test_a_redirect_from_outside_to_inside_is_not_followed(tmp_path: Path, inside: str) -> None:
    """Also not after a detour, and the request is never made."""
    asked: list[str] = []
    answers = redirecting("http://1.1.1.1/v", inside)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return answers(request)

    with pytest.raises(DownloadError, match="inside this network"):
        fetch_from(answer, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert asked == ["8.8.8.8", "1.1.1.1"]


def test_a_name_that_means_an_inside_address_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the address that counts, so a public name for a private one does not pass."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.1.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)
    with pytest.raises(DownloadError, match="inside this network"):
        fetch_from(redirecting("http://harmless.example/v"), f"{OUTSIDE}/v", tmp_path / "a.mp4")


def test_a_name_only_a_proxy_knows_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy names cannot be looked up here."""

    def unknown(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    answers = redirecting("http://videos.example/v")
    assert fetch_from(answers, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)


def test_a_simulator_on_this_machine_may_redirect_to_itself(tmp_path: Path) -> None:
    """Inside to inside is no way in."""
    answers = redirecting("http://127.0.0.1:8801/v")
    assert fetch_from(answers, "http://127.0.0.1:8800/v", tmp_path / "a.mp4") == len(VIDEO)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://1.1.1.1/v"])
def test_a_redirect_to_no_web_address_is_refused(tmp_path: Path, location: str) -> None:
    """Only http and https are fetched, on any hop."""
    with pytest.raises(DownloadError):
        fetch_from(redirecting(location), f"{OUTSIDE}/v", tmp_path / "a.mp4")


def test_redirects_in_a_circle_end(tmp_path: Path) -> None:
    """After five it is given up."""
    with pytest.raises(DownloadError, match="more than 5 times"):
        fetch_from(redirecting(*["/v"] * 9), f"{OUTSIDE}/v", tmp_path / "a.mp4")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *(
            (host, True)
            for host in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost", "a.localhost")
        ),
        *((host, False) for host in ("10.0.0.1", "localhost.example", "::2", "")),
    ],
)
def test_this_machine_is_known_by_name_and_number(host: str, loopback: bool) -> None:  # noqa: FBT001 - a column
    """No name is looked up for it."""
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(("host", "local"), [("198.18.0.9", False), ("8.8.8.8", False), ("100.64.0.1", True)])
def test_which_numbers_are_inside(host: str, local: bool) -> None:  # noqa: FBT001 - a column
    """Numbers that proxies give to every name are not."""
    assert asyncio.run(is_local(host)) is local


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "169.254.169.254", "[::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"]
)
def test_a_service_outside_cannot_send_us_to_this_machine(tmp_path: Path, host: str) -> None:
    """Neither by its link nor in another spelling of the number."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(200)

    with pytest.raises(DownloadError, match="inside this network"):
        fetch_from(answer, f"http://{host}/v", tmp_path / "a.mp4", service="https://8.8.8.8/api/v1")
    assert asked == []


def test_a_service_outside_may_keep_its_videos_in_a_private_network(tmp_path: Path) -> None:
    """As the store is seen from machines of the same cloud; a redirect may stay there, and go no further."""
    options = {"service": "https://8.8.8.8/api/v1"}
    link = "http://10.1.2.3/v"
    assert fetch_from(redirecting("/w"), link, tmp_path / "a.mp4", **options) == len(VIDEO)
    with pytest.raises(DownloadError, match="inside this network"):
        fetch_from(redirecting("http://10.1.2.4/v"), link, tmp_path / "b.mp4", **options)


def test_a_studio_inside_may_be_sent_inside(tmp_path: Path) -> None:
    """A simulator or gateway in the same network names its own addresses."""
    options = {"service": "http://192.168.1.5:8800/api/v1"}
    answers = redirecting("http://127.0.0.1:9/v")
    assert fetch_from(answers, "http://192.168.1.5:8800/v", tmp_path / "a.mp4", **options) == len(VIDEO)


def test_an_address_that_changes_after_the_look_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when looked up and inside when called gets not a byte of a request."""
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))]

    async def run() -> list[bytes]:
        async with serving(http(200, VIDEO)) as server:
            real, looks = socket.getaddrinfo, iter([public])

            def rebinding(host: Any, port: Any, *args: Any, **more: Any) -> Any:
                if host in {"harmless.example", b"harmless.example"}:
                    return next(looks, None) or real("127.0.0.1", server.port, *args, **more)
                return real(host, port, *args, **more)

            monkeypatch.setattr(socket, "getaddrinfo", rebinding)
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
                monkeypatch.delenv(name)
            with pytest.raises(DownloadError, match=r"harmless\.example, inside this network"):
                await download(f"http://harmless.example:{server.port}/v", tmp_path / "a.mp4")
            return server.requests

    assert asyncio.run(run()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_stays_outside_brings_the_video(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look lets it pass: this machine plays the public network, and a neighbour the inside."""
    neighbour = [ip_network("127.9.0.0/16")]
    monkeypatch.setattr(sys.modules["wan_notebook.service.fence"], "MACHINE", neighbour)

    async def run() -> int:
        async with serving(http(200, VIDEO)) as server:
            with pytest.raises(DownloadError, match="inside this network"):
                await download("http://127.9.0.1/v", tmp_path / "a.mp4", service="https://8.8.8.8/api/v1")
            return await download(f"{server.url}/v", tmp_path / "a.mp4", service="https://8.8.8.8/api/v1")

    assert asyncio.run(run()) == len(VIDEO)
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


def test_what_a_proxy_fetches_the_proxy_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy on this machine is no way inside for a link outside."""

    async def run() -> str:
        async with serving(http(200, VIDEO)) as server:
            monkeypatch.setenv("http_proxy", server.url)
            await download("http://8.8.8.8/v", tmp_path / "a.mp4")
            return server.path()

    assert asyncio.run(run()) == "GET http://8.8.8.8/v"
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO
