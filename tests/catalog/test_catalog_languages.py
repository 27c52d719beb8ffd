"""Two languages say the same: no sentence is missing, none was forgotten, and a switch works at once."""

import importlib.util
import re
import string
import threading
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import wan_notebook
from tests.builders import REQUEST, a_record
from tests.studio import a_studio
from wan_notebook.cards import Card, render
from wan_notebook.catalog import (
    Request,
    RequestError,
    SettingError,
    find_model,
    language,
    text,
    texts,
)
from wan_notebook.service import AnswerLostError, ServiceError
from wan_notebook.service.errors import Facts
from wan_notebook.widgets import Form
from wan_notebook.widgets.form.describing import control

FOLDER = Path(texts.__file__).parent
OTHERS = tuple(code for code in texts.LANGUAGES if code != "en")
HAN = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{2,}")
CODE = re.compile(
    r"""
    \b wan\.\w+\(         # calls of ours
    | \b \w+ = (?=\S)     # arguments
    | --\w[\w-]*          # options
    | https?://[\w./-]*\w # addresses
    | \b [A-Z]+_[A-Z_]+ \b | \b PENDING \b | /api/v1
    """,
    re.VERBOSE,
)
SAME_IN_CHINESE = {
    "service.mark.status": "HTTP and a number is said so in Chinese too",
    "widgets.connect.key": "the console calls it API Key in Chinese too",
    "widgets.connect.address": "the name of an argument, base_url, in words",
}
FIGURES = {"width": 1280, "height": 720, "fps": 30.0, "seconds": 2.0, "audio_codec": "aac"}


@pytest.fixture(autouse=True)
def language_restored() -> Iterator[None]:
    """Start each test in English and leave the language as it was."""
    before = language()
    language("en")
    yield
    language(before)


def flattened(table: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Yield every entry of a table as dotted key and sentence."""
    for name, entry in table.items():
        if isinstance(entry, dict):
            yield from flattened(entry, f"{path}.{name}")
        else:
            yield f"{path}.{name}", entry


@cache
def sentences(code: str) -> dict[str, str]:
    """Return all sentences of a language by key."""
    found: dict[str, str] = {}
    for file in sorted((FOLDER / code).glob("*.toml")):
        found.update(flattened(tomllib.loads(file.read_text(encoding="utf-8")), file.stem))
    return found


def placeholders(sentence: str) -> set[tuple[str, ...]]:
    """Return what a sentence wants filled, by Python or (doubled braces) by the page."""
    found: set[tuple[str, ...]] = set()
    for literal, name, form, conversion in string.Formatter().parse(sentence):
        found |= {("page", word) for word in re.findall(r"\{(\w+)\}", literal)}
        if name is not None:
            found.add(("python", name, form or "", conversion or ""))
    return found


def plain(sentence: str) -> str:
    """Return a sentence without its placeholders."""
    return "".join(literal for literal, *_ in string.Formatter().parse(sentence))


def a_service_error() -> ServiceError:
    """Return a refusal of a key, as the service words it."""
    facts = Facts(
        message="Invalid API-key provided.", base_url="https://dashscope.aliyuncs.com/api/v1", status=401
    )
    return ServiceError(facts, "key")


def fresh_texts() -> Any:
    """Return the module of the texts as a new process would import it."""
    spec = importlib.util.spec_from_file_location("fresh_texts", texts.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_folder_is_a_language() -> None:
    """The languages on offer are those there are texts for, English first."""
    held = {folder.name for folder in FOLDER.iterdir() if any(folder.glob("*.toml"))}
    assert held == set(texts.LANGUAGES)
    assert texts.LANGUAGES[0] == "en"
    assert len(sentences("en")) > 200


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_has_every_sentence(code: str) -> None:
    """No key of English is missing elsewhere, and none is left over there."""
    assert sentences("en").keys() - sentences(code).keys() == set()
    assert sentences(code).keys() - sentences("en").keys() == set()


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_wants_the_same_values(code: str) -> None:
    """Placeholders, their formats and those of the page are the same in every language."""
    wanted = {key: placeholders(sentence) for key, sentence in sentences("en").items()}
    assert {key: placeholders(sentence) for key, sentence in sentences(code).items()} == wanted


@pytest.mark.parametrize("code", texts.LANGUAGES)
def test_no_sentence_is_empty(code: str) -> None:
    """Each says something."""
    assert [key for key, sentence in sentences(code).items() if not sentence.strip()] == []


@pytest.mark.parametrize("code", OTHERS)
def test_code_is_not_translated(code: str) -> None:
    """Calls, arguments, options, variables and addresses are in both languages or in neither."""
    wanted = {key: set(CODE.findall(sentence)) for key, sentence in sentences("en").items()}
    assert {key: set(CODE.findall(sentence)) for key, sentence in sentences(code).items()} == wanted


def test_no_chinese_sentence_is_left_in_english() -> None:
    """What has words has Chinese ones, but for a few that are the same in both."""
    worded = {key for key, sentence in sentences("zh").items() if WORD.search(plain(sentence))}
    assert {key for key in worded if not HAN.search(sentences("zh")[key])} == set(SAME_IN_CHINESE)


def test_chinese_punctuation_is_full_width() -> None:
    """Right after a Chinese character stands no English comma, stop, colon or bracket."""
    odd = re.compile(r"[\u4e00-\u9fff](?:[,;:?!.()]|[，。：；？！] )")
    assert [key for key, sentence in sentences("zh").items() if odd.search(sentence)] == []


@pytest.mark.parametrize("code", ["zh", "ZH", " zh ", "zh-CN", "zh_CN.UTF-8", "zh-Hans-CN", "zh_CN@pinyin"])
def test_a_language_is_named_in_many_ways(code: str) -> None:
    """Codes of browsers and of operating systems will do, in capitals or not."""
    assert language(code) == "zh"
    assert language() == "zh"


@pytest.mark.parametrize("code", ["en", "en-US", "EN_us.UTF-8"])
def test_the_language_can_be_changed_back(code: str) -> None:
    """English comes back the same way."""
    language("zh")
    assert text("cards.cost.none") == "不计费"
    assert language(code) == "en"
    assert text("cards.cost.none") == "not billed"


@pytest.mark.parametrize("code", ["fr", "", "english", "C.UTF-8", "z", "zhen"])
def test_an_unknown_language_is_refused(code: str) -> None:
    """One sentence names those there are; the language stays."""
    language("zh")
    with pytest.raises(SettingError, match=r"没有语言 .*请从 en, zh 中选择") as refused:
        language(code)
    assert repr(code) in str(refused.value)
    assert language() == "zh"


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [(None, "en"), ("", "en"), ("zh", "zh"), ("zh_CN.UTF-8", "zh"), ("en-GB", "en"), ("klingon", "en")],
)
def test_the_environment_chooses_the_first_language(
    monkeypatch: pytest.MonkeyPatch, setting: str | None, wanted: str
) -> None:
    """`WAN_NOTEBOOK_LANG` counts at import; a language there is not leaves English."""
    monkeypatch.delenv(texts.ENVIRONMENT, raising=False)
    if setting is not None:
        monkeypatch.setenv(texts.ENVIRONMENT, setting)
    assert fresh_texts().language() == wanted


def test_the_language_is_one_for_all_threads() -> None:
    """Messages from the engine's thread come in the language a cell has chosen."""
    heard: list[str] = []
    language("zh")
    thread = threading.Thread(target=lambda: heard.append(text("cards.status.RUNNING")))
    thread.start()
    thread.join()
    assert heard == ["生成中"]


def test_the_package_offers_the_switch() -> None:
    """`wan.language` is the same call."""
    assert wan_notebook.language is language


def test_problems_of_a_request_are_told_in_chinese() -> None:
    """Check, error and price follow the language; names and values stay as they are."""
    language("zh")
    request = Request("wan2.7-t2v", prompt="", duration=16)
    messages = [problem.message for problem in request.problems()]
    assert messages == ["prompt 为空，至少需要一个字符。", "duration 的值是 16，必须在 2 到 15 之间。"]
    assert str(RequestError(request.problems())).startswith("请求未发送：prompt 为空")
    assert str(request.estimate()) == "价格未知"


def test_answers_of_the_service_are_explained_in_chinese() -> None:
    """The service's own words are quoted, ours are Chinese, for earlier errors too."""
    error = a_service_error()
    assert "the key is not known at" in str(error)
    language("zh")
    assert str(error).startswith(
        "服务端返回“Invalid API-key provided”：dashscope.aliyuncs.com（地域 beijing）"
    )
    assert str(error).endswith("(HTTP 401)。")
    lost = AnswerLostError(Facts(base_url="http://127.0.0.1:8800/api/v1"), "lost_create")
    assert str(lost).startswith("没有收到 127.0.0.1:8800 的响应")


def test_a_card_is_drawn_in_chinese() -> None:
    """State, labels, figures and cost are Chinese; the prompt is the user's."""
    language("zh")
    html = render(Card(record=a_record(facts=FIGURES), source="v.mp4", took="6 秒"))
    for words in ("已完成", "模拟", "30 帧/秒", "有声", "种子", "耗时", "1.20 CNY（模拟器 2 秒，不会扣费）"):
        assert words in html
    assert "A fox in the rain" in html
    assert "Finished" not in html


def test_every_control_of_a_form_is_labelled_in_chinese() -> None:
    """Labels and help of all fields are Chinese, with the catalogue's limits in them."""
    language("zh")
    controls = {field.name: control(field) for field in find_model("wan2.7-t2v").fields}
    assert all(HAN.search(one["label"]) and HAN.search(one["help"]) for one in controls.values())
    assert controls["prompt"]["label"] == "提示词"
    assert "2 到 15" in controls["duration"]["help"]
    assert "5000" in controls["prompt"]["help"]


def test_a_switch_takes_effect_at_the_next_form(tmp_path: Path) -> None:
    """A new form, its button, its problems and its words are Chinese; the next English one is English."""
    with a_studio(tmp_path) as (studio, _):
        language("zh")
        form = Form("wan2.7-t2v", studio, prompt="一只狐狸", resolution="1080P").widget
        language("en")
        english = Form("wan2.7-t2v", studio, prompt="A fox", resolution="1080P").widget
    assert form.check["generate"] == "生成 · 5.00 CNY"
    assert form.heading["mode"] == "文生视频"
    assert all(HAN.search(words) for words in form.words.values())
    assert english.check["generate"] == "Generate · 5.00 CNY"
    assert not any(HAN.search(words) for words in english.words.values())


def test_studio_and_tasks_speak_chinese(tmp_path: Path) -> None:
    """What a cell prints of a studio and of a task is Chinese."""
    language("zh")
    with a_studio(tmp_path) as (studio, _):
        shown = repr(studio)
        task = studio.submit(REQUEST).wait(60)
        told = repr(task)
    assert shown.startswith("已连接模拟器 http://127.0.0.1:")
    assert told.startswith("<wan 任务 ")
    assert "SUCCEEDED；视频在 " in told
