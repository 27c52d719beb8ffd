"""The key leaves no trace: a whole session, and then every file it has left is searched for it."""

import base64
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.kernels import NEWEST
from tests.simulators import stop_simulators

KEY = "sk-canary-7f3a9b51c2d84e60"
REFUSED = "magpie-0d1e8c75b6a94f23"
"""A key the service refuses, so that what is said of it is searched too."""
SESSION = """
%load_ext wan_notebook
import os
import wan_notebook as wan
from wan_notebook import tasks
key, refused = (bytes.fromhex(os.environ[name]).decode() for name in ("CANARY", "CANARY_REFUSED"))
url = wan.demo(run_seconds=(0, 1)).connection.base_url
###
panel = wan.connect(base_url=url)
panel
###
for kind, typed in (("check", refused), ("check", key), ("connect", key)):
    message = {"type": kind, "key": typed, "region": "", "workspace": "", "address": url}
    panel.widget._handle_custom_msg(message, [])
    print(panel.widget.answer)
studio = tasks.current()
studio
###
wan.budget(50)
###
form = wan.form("wan2.7-t2v", prompt="A fox", duration=2, resolution="720P")
form
###
message = {"type": "generate", "click_id": "one", "values": dict(form.widget.values)}
form.widget._handle_custom_msg(message, [])
(task,) = studio.tasks()
await task
task
###
print(task.record, task.request.to_curl(), task.request.to_python(), studio.connection, studio._client)
wan.log()
###
wan.remote_tasks()
###
wan.resume()
###
%xmode Verbose
wan.adopt("none")
###
studio = wan.connect(base_url=url, api_key=refused)
###
await wan.generate("wan2.7-t2v", prompt="A fox", duration=2)
###
wan.remote_tasks()
###
studio = wan.connect(base_url="http://127.0.0.1:9/api/v1", api_key=key)
###
wan.remote_tasks()
"""
"""Panel, form, click, card, exports, lists, and errors with all a traceback can show of its frames."""
ERRORS = ["NoTaskError", "KeyRefusedError", "UnreachableError"]
"""What goes wrong in it, in this order, each with a traceback."""


@pytest.fixture(autouse=True)
def no_simulator_left(tmp_path: Path) -> Iterator[None]:
    """End the simulators that the test's kernels have started."""
    yield
    stop_simulators(tmp_path)


def session(folder: Path) -> nbformat.NotebookNode:
    """Run the session, and save the notebook with the state of its widgets in the folder."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in SESSION.split("###\n")]
    )
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name=NEWEST,
        allow_errors=True,
        resources=resources,
        store_widget_state=True,
    )
    executed = client.execute()
    nbformat.write(executed, folder / "session.ipynb")
    return executed


def test_no_file_of_a_session_holds_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved notebook, states of widgets, log, sidecars, videos: neither whole, nor its end, nor in base64."""
    monkeypatch.setenv("CANARY", KEY.encode().hex())
    monkeypatch.setenv("CANARY_REFUSED", REFUSED.encode().hex())
    executed = session(tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {".ipynb", ".sqlite", ".json", ".mp4"} <= {path.suffix for path in files}
    assert len(list((tmp_path / "wan_videos").glob("*.json"))) == 1
    assert executed.metadata.widgets
    assert [output.ename for cell in executed.cells for output in cell.outputs if "ename" in output] == ERRORS
    for key in (KEY, REFUSED):
        traces = (key, key[-12:], base64.b64encode(key.encode())[:-4].decode(), key.encode().hex())
        found = [
            (path.name, trace) for path in files for trace in traces if trace.encode() in path.read_bytes()
        ]
        assert found == []
