"""Words from outside are words: nothing in a prompt, an error or an answer runs in the page.

On the same page: a budget asks for a yes to an unknown price, and a lost answer is settled by its buttons.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.tasks.scripted import End, ScriptedService, a_service, api_error

HOSTILE = '<img src=x onerror="window.ran = 1"><script>window.ran = 2</script>'
CONNECT = 'import wan_notebook as wan\nstudio = wan.connect(base_url="{url}", api_key="sk-test")\nstudio'
FORM = """
form = wan.form("wan2.7-t2v", prompt='{hostile}', negative_prompt='{hostile}', duration=2)
form
"""
ASKED = """
from wan_notebook.catalog import Status
from wan_notebook.tasks.lifecycle import asked
task = studio.tasks()[0]
lost = asked(task.row, ('{hostile}', "t-2"))
task._record = studio.store.update(task.row, status=Status.UNCONFIRMED, **lost)
task.change(task._record, None)
"""
SHOWN = (
    "wan.log()",
    "wan.remote_tasks()",
    "wan.resume()",
    "task",
    "wan.generate('wan2.7-t2v', prompt='{hostile}', resolution='{hostile}')",
)
"""Everything else that shows words from outside, the last as an error."""


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    """Give a service whose every word is hostile."""
    with a_service() as made:
        failed = {"task_id": HOSTILE, "task_status": "FAILED", "code": HOSTILE, "message": HOSTILE}
        failed |= {"orig_prompt": HOSTILE, "actual_prompt": HOSTILE}
        unknown = {"task_id": "none", "task_status": "UNKNOWN"}
        made.ends["create"] = [
            api_error(400, HOSTILE, HOSTILE),
            output(task_id=HOSTILE, task_status="PENDING"),
        ]
        made.ends["query"] = [output(**unknown), output(**unknown), output(**failed), listed()]
        yield made


def output(**words: Any) -> End:
    """Return an answer of the API."""
    return End(200, json.dumps({"request_id": HOSTILE, "output": words}).encode())


def listed() -> End:
    """Return a list of one task."""
    row = {"task_id": HOSTILE, "model_name": HOSTILE, "status": "RUNNING", "gmt_create": 1795000000000}
    page = {"total": 1, "total_page": 1, "page_no": 1, "page_size": 100, "data": [row]}
    return End(200, json.dumps({"request_id": HOSTILE, **page}).encode())


@pytest.mark.parametrize("application", ["lab"])
def test_nothing_from_outside_runs(open_notebook: OpenNotebook, service: ScriptedService) -> None:
    """Form, running row, question, cards, log, lists, errors: all show the words, and no script runs."""
    shown = [cell.format(hostile=HOSTILE) for cell in SHOWN]
    notebook = open_notebook(CONNECT.format(url=service.url), FORM.format(hostile=HOSTILE), *shown)
    notebook.run_cell(0)
    notebook.run_cell(1)
    form = notebook.output(1)
    generate = form.locator(".wan-generate")
    consent = form.locator(".wan-yes input")
    generate.click()
    expect(form.locator(".wan-card")).to_contain_text(HOSTILE)
    notebook.execute("wan.budget(50, currency='CNY')")
    expect(form.locator(".wan-budget")).to_contain_text("Budget of 50.00 CNY in total: 50.00 left")
    expect(consent).to_be_visible()
    expect(generate).to_be_enabled()
    generate.click()
    expect(form.locator(".wan-error")).to_contain_text("is not known")
    expect(form.get_by_label("Prompt", exact=True)).to_have_value(HOSTILE)
    consent.check()
    expect(generate).to_be_enabled()
    generate.click()
    expect(form.locator(".wan-card")).to_have_count(2)
    expect(consent).not_to_be_checked()
    notebook.execute(ASKED.format(hostile=HOSTILE))
    expect(form.locator(".wan-candidates button")).to_have_count(3)
    expect(form.locator(".wan-candidates")).to_contain_text(HOSTILE)
    form.locator(".wan-candidates").scroll_into_view_if_needed()
    notebook.screenshot("question")
    form.get_by_role("button", name="None of them").click()
    expect(form.locator(".wan-candidates button")).to_have_count(0)
    for index in range(2, 2 + len(SHOWN)):
        notebook.run_cell(index)
    expect(notebook.output(2)).to_contain_text("onerror")
    expect(notebook.output(3)).to_contain_text("onerror")
    expect(notebook.output(6)).to_contain_text("onerror")
    notebook.page.wait_for_load_state("networkidle")
    assert notebook.page.evaluate("() => window.ran ?? null") is None
    data = [output.get("data", {}) for cell in notebook.save().cells for output in cell.outputs]
    pages = ["".join(each["text/html"]) for each in data if "text/html" in each]
    assert len(pages) >= 3
    assert not [page for page in pages if "<img" in page or "<script" in page]
