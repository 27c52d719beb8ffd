"""curl commands, Python code and JSON become requests and back, exactly; nothing that is read is run."""

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import dashscope
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalog.strategies import TEXTS, requests
from tests.files import picture
from wan_notebook.catalog import FLAVOURS, MODELS, Request, SettingError, UnknownModelError
from wan_notebook.catalog.snippets.shell import command

FOX = {"model": "wan2.7-t2v", "input": {"prompt": "A fox's den"}, "parameters": {"duration": 3}}
FOX_JSON = json.dumps(FOX)
SHELL_JSON = FOX_JSON.replace("'", "'\\''")
WEB = "https://a.example/girl.png"
A_FOX = Request("wan2.7-t2v", prompt="A fox's den", duration=3)


@given(request=requests())
def test_a_curl_command_makes_the_round_trip(request: Request) -> None:
    """Quotes, line ends, dollars, backslashes and any script come back as they were."""
    assert Request.from_curl(request.to_curl()) == request


@given(request=requests(), flavour=st.sampled_from(list(FLAVOURS)))
def test_python_code_makes_the_round_trip(request: Request, flavour: str) -> None:
    """In each flavour, for every model, whatever the texts hold; a code of its own among them."""
    assert Request.from_python(request.to_python(flavour)) == request


@given(request=requests())
def test_json_makes_the_round_trip(request: Request) -> None:
    """A body is read from JSON text as well as from a mapping."""
    body = request.body()
    assert Request.from_body(json.dumps(body)) == request
    assert Request.from_body(json.dumps(body, ensure_ascii=False, indent=1)).body() == body


@pytest.mark.parametrize("model", MODELS)
def test_every_model_is_written_and_read(model: str) -> None:
    """No model is left to chance; the file tests above draw from all."""
    request = Request(model, prompt="A fox")
    assert Request.from_curl(request.to_curl()) == request
    assert all(Request.from_python(request.to_python(flavour)) == request for flavour in FLAVOURS)


@settings(max_examples=25, deadline=None)
@given(prompt=TEXTS.filter(str.strip))
def test_a_real_shell_hands_curl_the_same_json(prompt: str) -> None:
    """What stands behind -d reaches the program unchanged."""
    request = Request("wan2.7-t2v", prompt=prompt)
    script = f'curl() {{ for last; do :; done; printf %s "$last"; }}\n{request.to_curl()}'
    ran = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True)
    assert json.loads(ran.stdout) == request.body()
    assert ran.stderr == b""


@settings(max_examples=25, deadline=None)
@given(words=st.lists(TEXTS.filter(lambda text: "\x00" not in text), min_size=1, max_size=3))
def test_words_in_single_quotes_are_read_as_a_shell_does(words: list[str]) -> None:
    """One reading of ours and one of sh agree."""
    line = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    ran = subprocess.run(["/bin/sh", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True)
    read = command(line, 0)
    assert read is not None
    assert read[0] == ran.stdout.decode().split("\0")[:-1] == words


class Recorder(BaseHTTPRequestHandler):
    """Keeps what is posted, and answers that the task has succeeded."""

    posted: ClassVar[list[tuple[str, dict[str, str], Any]]] = []

    def do_POST(self) -> None:
        """Keep address, headers and body."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.posted.append(
            (self.path, {name.lower(): one for name, one in self.headers.items()}, json.loads(body))
        )
        self._answer("PENDING")

    def do_GET(self) -> None:
        """Say that it is done."""
        self._answer("SUCCEEDED")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server has
        """Keep quiet."""

    def _answer(self, status: str) -> None:
        answer = json.dumps({"request_id": "r", "output": {"task_id": "t", "task_status": status}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of a recorder; the key is in the environment, the SDK's address is put back."""
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-test")
    monkeypatch.setattr(dashscope, "base_http_api_url", dashscope.base_http_api_url)
    Recorder.posted.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api/v1"
        server.shutdown()
        thread.join()


R2V = Request(
    "wan2.7-r2v",
    prompt="Image 1 greets Video 1.\n'Hi \"you\"' \\ $5",
    media=[
        {"type": "reference_image", "url": "oss://b/girl.png", "reference_voice": "https://a.example/v.mp3"},
        {"type": "reference_video", "url": "https://a.example/walk.mp4"},
    ],
    reference_voice="https://a.example/all.mp3",
    negative_prompt="",
    duration=4,
    watermark=False,
)


def test_code_for_the_official_sdk_sends_the_body(service: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It runs, and the service gets the body, with only what the SDK itself puts there besides."""
    exec(R2V.to_python("dashscope", base_url=service), {})  # noqa: S102 - our own code, on loopback
    [(path, headers, body)] = Recorder.posted
    assert path == f"/api/v1/{R2V.model.path}"
    assert headers["authorization"] == "Bearer sk-test"
    assert body["input"].pop("extend_prompt") is True
    assert body["input"].pop("function") == "video-synthesis"
    assert body == R2V.body()
    assert "SUCCEEDED" in capsys.readouterr().out


def test_code_for_plain_requests_sends_the_body(service: str) -> None:
    """Headers as documented, the one for the upload store among them; then it waits in long steps."""
    code = R2V.to_python("requests", base_url=service)
    exec(code.partition("task_url =")[0], {})  # noqa: S102 - our own code, on loopback
    [(path, headers, body)] = Recorder.posted
    assert path == f"/api/v1/{R2V.model.path}"
    assert headers["authorization"] == "Bearer sk-test"
    assert headers["x-dashscope-async"] == headers["x-dashscope-ossresourceresolve"] == "enable"
    assert body == R2V.body()
    compile(code, "code", "exec")


def test_code_for_this_package_names_the_parameters() -> None:
    """It is what a person would write; a body with a parameter in another place is written as a body."""
    assert A_FOX.to_python("wan") == (
        "import wan_notebook as wan\n\nwan.connect()\ntask = wan.generate(\n"
        '    "wan2.7-t2v",\n    prompt="A fox\'s den",\n    duration=3,\n)\n'
    )
    old = {**FOX, "parameters": {"negative_prompt": "rain"}}
    request = Request.from_body(old)
    assert request.body() == old
    assert Request.from_python(request.to_python("wan")).body() == old
    assert Request.from_python(request.to_python("requests")).body() == old
    assert Request.from_python(request.to_python("dashscope")) == request.resolved().changed(
        **dict.fromkeys(request.resolved().values.keys() - request.values.keys())
    )


def test_no_key_is_ever_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands and code read it from the environment."""
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-secret")
    written = [A_FOX.to_curl(), *(A_FOX.to_python(flavour) for flavour in FLAVOURS)]
    assert not any("sk-secret" in one for one in written)
    assert '"Authorization: Bearer $DASHSCOPE_API_KEY"' in written[0]


def test_addresses_are_checked_and_used() -> None:
    """An address of one's own stands in command and code; a wrong one and a wrong flavour are refused."""
    assert "curl 'https://w.example/api/v1/services/" in A_FOX.to_curl("https://w.example/api/v1/")
    assert all(
        "https://w.example/v" in A_FOX.to_python(one, base_url="https://w.example/v") for one in FLAVOURS
    )
    with pytest.raises(SettingError, match="not a web address"):
        A_FOX.to_curl("w.example")
    with pytest.raises(SettingError, match="no flavour 'go' of code; choose one of requests, dashscope, wan"):
        A_FOX.to_python("go")


def test_files_of_this_machine_are_pointed_out(tmp_path: Path) -> None:
    """Whoever sends it otherwise must upload them first; the SDK and this package do so by themselves."""
    file = picture(tmp_path)
    request = Request("wan2.7-i2v", media=[{"type": "first_frame", "url": file}])
    note = "# Files of this machine must be uploaded first, and oss:// addresses put in their place: "
    assert request.to_curl().startswith(f"{note}input.media[0].url\ncurl ")
    assert request.to_python().startswith(note)
    assert request.to_python("dashscope").startswith("import os")
    assert Request.from_curl(request.to_curl()) == request
    missing = request.changed(media=[{"type": "first_frame", "url": tmp_path / "no.png"}])
    assert f'"url": "{tmp_path / "no.png"}"' in missing.to_python()


@pytest.mark.parametrize(
    "written",
    [
        f"curl https://a.example/x -H 'A: b' -d '{SHELL_JSON}'",
        f"curl -X POST 'https://a.example/x' --header \"Authorization: Bearer $K\" --data-raw '{SHELL_JSON}'",
        f"curl --location --request POST https://b.example \\\n -H 'A: b' \\\r\n --data '{SHELL_JSON}'",
        f"curl --json '{SHELL_JSON}' https://a.example/x",
        f"curl -sSd'{SHELL_JSON}' https://a.example/x",
        f"curl --data-binary='{SHELL_JSON}' https://a.example/x",
        "curl.exe https://a.example/x ^\n  -d " + json.dumps(FOX_JSON),
        "curl https://a.example/x `\n  -d " + json.dumps(FOX_JSON),
        "curl https://a.example/x -d " + json.dumps(FOX_JSON).replace("$", "\\$"),
        "curl https://a.example/x -d $'" + FOX_JSON.replace("'", "\\x27") + "'",
        f"(it's curl, don't worry)\n\n  curl -d '{SHELL_JSON}' https://a.example/x | jq .output",
        f"curl -X GET https://a.example/tasks/1\ncurl https://b.example -d '{SHELL_JSON}'\ncurl -d '{{}}' b",
        f"curl -o -d -H -d https://a.example/x -d '{SHELL_JSON}'",
        "curl https://a.example/x -d '"
        + SHELL_JSON.replace('"input"', '// what is seen\n"input"').replace("}}", "},}  // end")
        + "'",
    ],
)
def test_curl_commands_are_read_in_their_many_forms(written: str) -> None:
    """Options long and short, quotes of each kind, lines that go on, other commands and prose around."""
    assert Request.from_curl(written) == A_FOX


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "There is no curl command with data"),
        ("curl -X GET https://a.example/tasks/1 -H 'A: b'", "There is no curl command with data"),
        ("curl -d '{\"model\": }' https://a.example", "Expecting value: line 1 column 11"),
        ("curl -d '[1]' https://a.example", r"The body is \[1\]"),
        ("curl -d '{}' https://a.example", "The body names no model"),
        (
            'curl -d \'{"model": "wan2.7-t2v", "input": "fox"}\' b',
            "The body's input is fox; it must be an object",
        ),
        ("curl -d @body.json https://a.example", "reads its data from body.json"),
        ("curl -d '" + "[" * 100_000 + "' b", "RecursionError"),
        ('curl -d \'{"model": "wan', "There is no curl command with data"),
    ],
)
def test_what_is_wrong_with_a_curl_command_is_one_sentence(written: str, words: str) -> None:
    """Nothing found, broken JSON, no body of ours, a file elsewhere."""
    with pytest.raises(SettingError, match=words) as refused:
        Request.from_curl(written)
    assert "\n" not in str(refused.value)


def test_a_model_nobody_knows_is_named() -> None:
    """Reading does not hide what the catalogue says."""
    with pytest.raises(UnknownModelError, match=r"did you mean wan2\.7-t2v"):
        Request.from_curl("curl -d '" + SHELL_JSON.replace("t2v", "t2w") + "' b")
    with pytest.raises(UnknownModelError, match=r"did you mean wan2\.7-t2v"):
        Request.from_python("wan.generate('wan2.7-t2w', prompt='x')")


BUILT = """
p = {'model': 'wan2.7-t2v'}
p['input'] = dict(prompt='A fox')
p['input']['prompt'] += "'s den"
p['parameters'] = {'duration': +3}
requests.post(url, json=p)
"""
SAMPLE = """
rsp = VideoSynthesis.call(
model='wan2.7-t2v', # the (newest
prompt='A fox'
"'s den",
duration=3)
"""
PAYLOAD = (
    "payload = {'model': MODEL, 'input': {'prompt': 'A fox' + \"'s den\"}, 'parameters': {'duration': 3}}\n"
)


@pytest.mark.parametrize(
    "code",
    [
        f"MODEL = 'wan2.7-t2v'\n{PAYLOAD}r = requests.post(f'{{BASE}}/x', headers=h, json=payload)",
        f"MODEL: str = 'wan2.7-t2v'\n{PAYLOAD}async def f():\n    r = await client.post(url, json=payload)",
        f"MODEL = 'wan2.7-t2v'\n{PAYLOAD}httpx.post(url, content=json.dumps(payload))",
        f"MODEL = 'wan2.7-t2v'\n{PAYLOAD}with session.post(url, json=payload) as r:\n    print(r)",
        f"MODEL = 'wan2.7-t2v'\n{PAYLOAD}conn.request('POST', '/x', json.dumps(payload), headers)",
        f"MODEL = 'wan2.7-t2v'\n{PAYLOAD}urllib.request.Request(url, data=json.dumps(payload).encode())",
        f"def make(MODEL='wan2.7-t2v'):\n    {PAYLOAD}    return requests.post(url, json={{**payload}})",
        f"requests.post(url, data='''{FOX_JSON}''')",
        BUILT,
        "VideoSynthesis.call(api_key=key, model='wan2.7-t2v', prompt=\"A fox's den\", duration=3)",
        "dashscope.VideoSynthesis.async_call('wan2.7-t2v', \"A fox's den\", duration=3, negative_prompt='')",
        "a = {'duration': 3, 'seed': None}\nawait AioVideoSynthesis.call('wan2.7-t2v', \"A fox's den\", **a)",
        "VideoSynthesis.call(model='wan2.7-t2v', extra_input={'prompt': \"A fox's den\"}, duration=3)",
        "wan.generate('wan2.7-t2v', prompt=\"A fox's den\", duration=3, tags=['a'])",
        "r = wan.Request('wan2.7-t2v', prompt=\"A fox's den\", duration=3)\nwan.generate(r)",
        "task = generate('wan2.7-t2v', prompt=f'{\"A\"} fox\\'s den', duration=3)",
        f"wan.generate(wan.Request.from_body({FOX}))",
        f"def f():\n{SAMPLE}\nif r:\nprint(r)\nelse:\nprint(1)",
        f"Sample (don't [indent\n```python\n{SAMPLE}\nprint('ok')Answer:\n{{",
        "if (n := 3) and VideoSynthesis.call('wan2.7-t2v', (\"A fox's\" ' den'), duration=n): pass",
    ],
)
def test_python_code_is_read_in_its_many_forms(code: str) -> None:
    """HTTP clients, the SDK, this package; names, pieces, defaults, lost indentation, prose around."""
    assert Request.from_python(code) == A_FOX


def test_media_types_of_the_sdk_are_read() -> None:
    """Its constants are the service's words."""
    item = f"{{'type': VideoSynthesis.MediaType.FIRST_FRAME, 'url': '{WEB}'}}"
    code = f"VideoSynthesis.call(model='wan2.7-i2v', media=[{item}])"
    assert Request.from_python(code) == Request("wan2.7-i2v", media=[{"type": "first_frame", "url": WEB}])


@pytest.mark.parametrize(
    ("code", "unknown"),
    [
        ("wan.generate('wan2.7-t2v', prompt=input())", r"input\(\)"),
        (
            "def f(idea):\n    p = {'model': 'm', 'input': {'prompt': idea}}\n    requests.post(u, json=p)",
            "idea",
        ),
        ("for idea in ideas:\n    wan.generate('wan2.7-t2v', prompt=idea)", "idea"),
        ("x = 'a'\n[wan.generate('wan2.7-t2v', prompt=x) for x in ideas]", "x"),
        ("p = {'model': 'wan2.7-t2v', 'input': {}}\np.update(more)\nrequests.post(u, json=p)", "p"),
        ("a = 'a'\na, b = b, a\nwan.generate('wan2.7-t2v', prompt=a)", r"\(b, a\)|b"),
        ("p = {'model': 'm', 'input': {}}\np['input'][key()] = 1\nrequests.post(u, json=p)", "p|key"),
        ("wan.generate('wan2.7-t2v', prompt=f'{1:>9}')", "{1"),
        ("wan.generate('wan2.7-t2v', prompt='a' * 10)", "'a'"),
    ],
)
def test_a_value_only_running_would_tell_is_named(code: str, unknown: str) -> None:
    """It is not guessed, and the code is not run."""
    with pytest.raises(SettingError, match=f"^(?:{unknown}).* can only be known by running the code"):
        Request.from_python(code)


@pytest.mark.parametrize(
    "code", ["", "x = 1", "print('wan.generate()')", "requests.post(u, json=[1])", "(" * 9999, "\0"]
)
def test_code_without_a_call_is_refused(code: str) -> None:
    """One sentence says what can be read."""
    with pytest.raises(SettingError, match="There is no call in the code"):
        Request.from_python(code)


def test_nothing_is_run(tmp_path: Path) -> None:
    """Neither what stands before the call nor what stands in it."""
    mark = tmp_path / "mark"
    code = f"open({str(mark)!r}, 'w')\nwan.generate('wan2.7-t2v', prompt=str(open({str(mark)!r}, 'w')))"
    with pytest.raises(SettingError, match="can only be known by running"):
        Request.from_python(code)
    assert not mark.exists()


@given(text=st.text(st.sampled_from("curl -d'\"{}[]():=,\\\n$ab1")))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but a sentence of ours comes of it."""
    for read in (Request.from_curl, Request.from_python, Request.from_body):
        with pytest.raises((SettingError, UnknownModelError)):
            read(text)


@pytest.mark.parametrize("body", [None, [], 7, {}, {"model": 7}, {"model": "wan2.7-t2v", "parameters": [1]}])
def test_a_body_of_another_shape_is_refused(body: Any) -> None:
    """A sentence says what a body has to be."""
    with pytest.raises(SettingError, match="The body"):
        Request.from_body(body)
