"""Wrong addresses, strange hosts, folders and disks that refuse: one sentence each, nothing lost."""

import contextlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studio import a_studio
from wan_notebook import tasks
from wan_notebook.catalog import Request, SettingError, Status, VideoState
from wan_notebook.service import ApiKey
from wan_notebook.tasks import Connection, Folders, NotConnectedError, Studio

REQUEST = Request("wan2.7-t2v", prompt="A fox", duration=2, resolution="720P", seed=7)


class WebPage(http.server.BaseHTTPRequestHandler):
    """Answers everything with a web page."""

    def do_GET(self) -> None:
        """Answer as a login page of a hotel would."""
        body = b"<!doctype html><title>Welcome</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep quiet."""


@contextlib.contextmanager
def web_page() -> Iterator[str]:
    """Serve web pages and give their address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), WebPage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api/v1"
        server.shutdown()
        thread.join()


def sent_to(address: str, folder: Path) -> tasks.Task:
    """Submit a request to an address and return its task at its end."""
    with a_studio(folder) as (studio, _):
        connection = Connection(base_url=address, region="beijing", simulated=False)
        lost = Studio(connection, ApiKey("sk-test"), Folders(folder), clock=studio._clock)
        task = lost.submit(REQUEST).wait(30)
        lost.close()
    return task


def test_an_unreachable_host_is_named_and_nothing_was_made(tmp_path: Path) -> None:
    """The row stays in the log with the reason."""
    task = sent_to("http://127.0.0.1:9/api/v1", tmp_path)
    assert task.status is Status.NOT_CREATED
    assert "127.0.0.1:9" in str(task.error)
    assert "\n" not in str(task.error)


def test_a_host_that_answers_a_web_page_is_not_the_service(tmp_path: Path) -> None:
    """Found by the free call, so that no create call is left in doubt."""
    with web_page() as address:
        task = sent_to(address, tmp_path)
    assert task.status is Status.NOT_CREATED
    assert "base_url" in str(task.error)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands where the video folder should be."""
    (tmp_path / "wan_videos").write_text("in the way")
    with pytest.raises(SettingError, match=r"wan_videos.*videos="), a_studio(tmp_path):
        pass


def test_a_log_that_is_no_database_is_named(tmp_path: Path) -> None:
    """The file is left as it is."""
    (tmp_path / "wan_runs.sqlite").write_text("not a database, but somebody's text " * 40)
    with pytest.raises(SettingError, match=r"wan_runs\.sqlite"), a_studio(tmp_path):
        pass
    assert (tmp_path / "wan_runs.sqlite").read_text().startswith("not a database")


def test_a_video_that_cannot_be_stored_fails_with_its_reason(tmp_path: Path) -> None:
    """The task succeeded and is paid; the card says why the video is missing, and resume fetches it."""
    with a_studio(tmp_path) as (studio, _):
        task = studio.submit(REQUEST)
        studio.videos.path.rmdir()
        studio.videos.path.write_text("in the way")
        task.wait(30)
        assert (task.status, task.record.video_state) == (Status.SUCCEEDED, VideoState.FAILED)
        assert "wan_videos" in str(task.error)
        assert task.video is None
        studio.videos.path.unlink()
        again = studio.task(str(task.id)).wait(30)
        assert again.record.video_state is VideoState.SAVED
        assert again.video is not None
        assert again.error is None


def test_without_a_studio_the_next_step_is_named() -> None:
    """Nothing connected yet: both doors are named."""
    tasks.close_all()
    with pytest.raises(NotConnectedError, match=r"wan\.demo\(\).*wan\.connect\(\)"):
        tasks.current()


def test_the_same_settings_give_the_same_studio(tmp_path: Path) -> None:
    """Running a cell again makes no second engine; another account or folder does."""
    first = tasks.connect(api_key="sk-one", folders=Folders(home=tmp_path))
    assert tasks.connect(api_key="sk-one", folders=Folders(home=tmp_path)) is first is tasks.current()
    other = tasks.connect(api_key="sk-two", folders=Folders(home=tmp_path))
    assert other is not first
    assert tasks.current() is other
    assert "region beijing" in repr(first)
    assert "sk-" not in repr(first)
    tasks.close_all()
