"""The key: what is refused, where it is found, and that nothing shows it."""

import copy
import pickle
import traceback
from pathlib import Path
from typing import cast

import pytest

from wan_notebook.catalog import SettingError
from wan_notebook.service import ApiKey, find_key

CANARY = "sk-canary-0f1e2d3c4b5a"

REFUSED = {
    "": "empty",
    "   ": "space",
    f"{CANARY}\n": "line end",
    f"sk-can ary{CANARY}": "space",
    f'"{CANARY}"': "quotation mark",
    f"'{CANARY}'": "quotation mark",
    f"\u201c{CANARY}\u201d": "quotation mark",
    f"{CANARY}\u00e9": "no key has",
    f"{CANARY}\x00": "no key has",
    f"{CANARY}密钥": "no key has",
    "sk-xxx": "placeholder",
    "sk-XXXXXXXX": "placeholder",
    "sk-***": "placeholder",
    "sk-...": "placeholder",
    "sk-": "placeholder",
    "your key": "placeholder",
    "YOUR_API_KEY": "placeholder",
    "sk-your-key-here": "placeholder",
    "<key>": "placeholder",
    "$DASHSCOPE_API_KEY": "placeholder",
    "DASHSCOPE_API_KEY": "placeholder",
    "{key}": "placeholder",
}


@pytest.mark.parametrize("value", REFUSED)
def test_a_key_that_cannot_be_one_is_refused_in_one_sentence_that_hides_it(value: str) -> None:
    """The fault and its source are named, the key is not."""
    with pytest.raises(SettingError, match=REFUSED[value]) as caught:
        ApiKey(value, "DASHSCOPE_API_KEY")
    assert "DASHSCOPE_API_KEY" in str(caught.value)
    assert CANARY not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_key_that_is_no_text_is_refused() -> None:
    """A number or None does not become a key."""
    with pytest.raises(SettingError, match="not text"):
        ApiKey(cast("str", 12345))


@pytest.mark.parametrize("value", [CANARY, "sk-ws-H.EXAMPLE.0123", "0123456789abcdef", "sk-demo"])
def test_a_key_as_the_service_makes_them_is_taken(value: str) -> None:
    """Personal keys, workspace keys and those of other gateways pass."""
    assert ApiKey(value).authorization == f"Bearer {value}"


def test_no_way_of_printing_shows_the_key() -> None:
    """Printing, formatting, tables of attributes and tracebacks with local variables hide it."""
    key = ApiKey(CANARY)
    shown = [repr(key), str(key), f"{key}", f"{key:>40}", f"{key!r}", f"{[key]}", "{0}".format(key)]  # noqa: UP030, UP032 - one of the ways
    shown += ["%s" % key, repr(key.account)]  # noqa: UP031 - another of the ways
    assert not [line for line in shown if CANARY in line]
    assert not hasattr(key, "__dict__")


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_key_is_not_pickled(way: object) -> None:
    """What could write it to a file fails with a sentence."""
    assert callable(way)
    with pytest.raises(TypeError, match="not copied or pickled"):
        way(ApiKey(CANARY))


def test_a_refused_key_is_not_among_the_local_variables_of_its_traceback() -> None:
    """IPython can list the variables of our frames; none of them holds the key."""
    try:
        ApiKey(f"{CANARY} ")
    except SettingError as error:
        frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
        listed = [frame for frame in frames if "service" in Path(frame.filename).parts and frame.locals]
        ours = [str(frame.locals) for frame in listed if Path(frame.filename).name == "key.py"]
    assert ours
    assert not [variables for variables in ours if CANARY in variables]


def test_the_account_tells_keys_apart_and_stays_the_same() -> None:
    """The same twelve hex digits in every process, others for another key."""
    assert ApiKey(CANARY).account == "9554f0e2c6a7"
    assert ApiKey(CANARY + "1").account != ApiKey(CANARY).account


def test_the_key_is_taken_out_of_words_that_repeat_it() -> None:
    """A service that quotes the key in a message does not bring it into a log."""
    said = ApiKey(CANARY).scrub(f"Incorrect key {CANARY} given".encode())
    assert said.decode() == "Incorrect key … given"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a home folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def write(file: Path, content: bytes) -> Path:
    """Write a key file and return it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def test_the_key_is_found_in_the_order_of_the_official_sdk(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Argument, variable, named file, usual file: each place wins over those after it."""
    found = []
    write(home / ".dashscope/api_key", b"sk-usual\n")
    found.append(find_key().authorization)
    monkeypatch.setenv("DASHSCOPE_API_KEY_FILE_PATH", str(write(home / "named", b" sk-named \r\n")))
    found.append(find_key().authorization)
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-variable")
    found.append(find_key().authorization)
    found.append(find_key("sk-argument").authorization)
    assert found == ["Bearer sk-usual", "Bearer sk-named", "Bearer sk-variable", "Bearer sk-argument"]


def test_a_key_that_is_checked_already_is_passed_on(home: Path) -> None:
    """A key object is as good as its text."""
    key = ApiKey(CANARY)
    assert find_key(key) is key


def test_no_key_anywhere_names_every_way_to_give_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable counts as none."""
    monkeypatch.setenv("DASHSCOPE_API_KEY", "")
    with pytest.raises(SettingError) as caught:
        find_key()
    places = (
        "api_key=",
        "DASHSCOPE_API_KEY,",
        "DASHSCOPE_API_KEY_FILE_PATH",
        str(home / ".dashscope/api_key"),
    )
    assert all(place in str(caught.value) for place in places)


def test_an_empty_argument_is_refused_rather_than_replaced(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who gives an empty key means that key, not another one."""
    monkeypatch.setenv("DASHSCOPE_API_KEY", CANARY)
    with pytest.raises(SettingError, match="empty"):
        find_key("")


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff\xfe", "not UTF-8"), (b"", "empty"), (b"sk-a\nsk-b", "line end")]
)
def test_a_key_file_without_a_key_is_named(home: Path, content: bytes, words: str) -> None:
    """The message says which file is meant and what is wrong."""
    file = write(home / ".dashscope/api_key", content)
    with pytest.raises(SettingError, match=words) as caught:
        find_key()
    assert str(file) in str(caught.value)


def test_a_named_file_that_is_missing_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong path is not passed over in silence."""
    monkeypatch.setenv("DASHSCOPE_API_KEY_FILE_PATH", "~/nowhere")
    with pytest.raises(SettingError, match="No such file") as caught:
        find_key()
    assert str(home / "nowhere") in str(caught.value)
