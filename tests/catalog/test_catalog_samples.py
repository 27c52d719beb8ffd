"""Every create call in the five documents, in the form it has there, with prompts of our own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from wan_notebook.catalog import Request

FILES = "https://help-static-aliyun-doc.aliyuncs.com/file-manage-files"
GIRL = f"{FILES}/zh-CN/20260408/sjuytr/wan-r2v-object-girl.jpg"
GIRL_VOICE = f"{FILES}/zh-CN/20260408/gbqewz/wan-r2v-girl-voice.mp3"
BOY_VOICE = f"{FILES}/zh-CN/20260408/isllrq/wan-r2v-boy-voice.mp3"
ROLE1 = f"{FILES}/zh-CN/20260129/hfugmr/wan-r2v-role1.mp4"
ROLE2 = f"{FILES}/zh-CN/20260129/qigswt/wan-r2v-role2.mp4"
OBJECT3 = f"{FILES}/zh-CN/20260129/rtjeqf/wan-r2v-object3.png"
OBJECT4 = f"{FILES}/zh-CN/20260129/qpzxps/wan-r2v-object4.png"
BACKGROUND = f"{FILES}/zh-CN/20260129/wfjikw/wan-r2v-backgroud5.png"
ROLE1_EN = f"{FILES}/en-US/20260205/aacgyk/wan-r2v-role1.mp4"
ROLE2_EN = f"{FILES}/en-US/20260205/mmizqq/wan-r2v-role2.mp4"
ROLE4_EN = f"{FILES}/en-US/20260205/mjgmzx/wan-r2v-role-4.mp4"
DANCER = "https://cdn.wanx.aliyuncs.com/static/demo-wan26/vace.mp4"
FOX_VOICE = f"{FILES}/zh-CN/20250929/stjqnq/%E7%8B%90%E7%8B%B8.mp3"
RAP_PICTURE = f"{FILES}/zh-CN/20250925/wpimhv/rap.png"
RAP = f"{FILES}/zh-CN/20250925/ozwpvi/rap.mp3"
URL = "https://dashscope.aliyuncs.com/api/v1/services/aigc/video-generation/video-synthesis"


def curl(body: dict[str, Any]) -> str:
    """Return the form of S001 and S004: single quotes around indented JSON, a line for each header."""
    data = json.dumps(body, ensure_ascii=False, indent=2).replace("'", "'\\''")
    return (
        f"curl --location '{URL}' \\\n  -H 'X-DashScope-Async: enable' \\\n"
        f"  -H \"Authorization: Bearer $DASHSCOPE_API_KEY\" \\\n  -H 'Content-Type: application/json' \\\n"
        f"  -d '{data}'\nthen look the task up:\ncurl -X GET '{URL}/{{task_id}}' \\\n  -H \"A: $KEY\"\n"
    )


def requests_code(body: dict[str, Any]) -> str:
    """Return the form of S001: a payload in a variable, the prompt in pieces in parentheses, then a loop."""
    prompt, rest = body["input"]["prompt"], {**body["input"]}
    pieces = "\n".join(f"      {prompt[at : at + 30]!r}" for at in range(0, len(prompt), 30))
    rest.pop("prompt")
    return (
        'import os\nimport time\nimport requests\n\nAPI_KEY = os.environ.get("DASHSCOPE_API_KEY")\n'
        'BASE_URL = "https://dashscope.aliyuncs.com/api/v1"\n\n'
        'headers = {\n  "Authorization": f"Bearer {API_KEY}",\n  "X-DashScope-Async": "enable",\n}\n\n'
        f'payload = {{\n  "model": {body["model"]!r},\n  "input": {{\n    "prompt": (\n{pieces}\n    ),\n'
        + "".join(f"    {name!r}: {value!r},\n" for name, value in rest.items())
        + f'  }},\n  "parameters": {body["parameters"]!r},\n}}\n\n'
        'response = requests.post(\n  f"{BASE_URL}/services/aigc/video-generation/video-synthesis",\n'
        "  headers=headers,\n  json=payload,\n)\n"
        'task_id = response.json()["output"]["task_id"]\nwhile True:\n'
        '  if requests.get(f"{BASE_URL}/tasks/{task_id}", headers=headers).ok:\n    break\n'
    )


def sdk_code(call: str) -> Callable[[dict[str, Any]], str]:
    """Return a writer of the form of S000, S002 and S003: keywords of the SDK, all indentation lost."""

    def write(body: dict[str, Any]) -> str:
        given = {**body["input"], **body["parameters"]}
        media = json.dumps(given.pop("media", None), indent=0, ensure_ascii=False)
        spread = f"media={media},\n" if "media" in body["input"] else ""
        keywords = ",\n".join(f"{name}={value!r}" for name, value in given.items())
        return (
            "from http import HTTPStatus\nfrom dashscope import VideoSynthesis\nimport dashscope\nimport os\n"
            "# 以下为北京地域URL\ndashscope.base_http_api_url = 'https://dashscope.aliyuncs.com/api/v1'\n"
            "api_key = os.getenv(\"DASHSCOPE_API_KEY\")\ndef sample():\nprint('please wait...')\n"
            f"rsp = VideoSynthesis.{call}(api_key=api_key,\nmodel={body['model']!r},\n{spread}{keywords})\n"
            "print(rsp)\nif rsp.status_code == HTTPStatus.OK:\nprint(rsp.output.video_url)\nelse:\n"
            "print('Failed, code: %s' %\n(rsp.code))\nrsp = VideoSynthesis.wait(task=rsp, api_key=api_key)\n"
            "if __name__ == '__main__':\nsample()响应示例\nvideo_url 24小时。\n{\n\"status_code\": 200\n}"
        )

    return write


@dataclass(frozen=True, slots=True)
class Sample:
    """One create call of the documents.

    Attributes:
        name: document, and which of its samples.
        write: makes the form it has there of a body.
        read: reads that form.
        body: its fields and values; the prompts are ours.
        more: keywords that stand there and that the SDK does not send.
    """

    name: str
    write: Callable[[dict[str, Any]], str]
    read: Callable[[str], Request]
    body: dict[str, Any]
    more: tuple[str, ...] = ()


FIVE_ITEMS = {
    "model": "wan2.7-r2v",
    "input": {
        "prompt": "视频1坐在图4的屋里,捧着图3哼唱,问道:“要一起吗?”图1提着图2走近,回答:“好啊”。 ",
        "media": [
            {"type": "reference_image", "url": GIRL, "reference_voice": GIRL_VOICE},
            {"type": "reference_video", "url": ROLE2, "reference_voice": BOY_VOICE},
            {"type": "reference_image", "url": OBJECT3},
            {"type": "reference_image", "url": OBJECT4},
            {"type": "reference_image", "url": BACKGROUND},
        ],
    },
    "parameters": {
        "resolution": "720P",
        "ratio": "16:9",
        "duration": 10,
        "prompt_extend": False,
        "watermark": True,
    },
}
TWO_SINGERS = {
    "model": "wan2.7-r2v",
    "input": {
        "prompt": "Video 1 claps along in a small bar while Video 2 tunes Image 1 and starts a cheerful song",
        "media": [
            {"type": "reference_video", "url": ROLE1},
            {"type": "reference_video", "url": ROLE2},
            {"type": "reference_image", "url": OBJECT4},
        ],
    },
    "parameters": {"resolution": "720P", "duration": 10, "prompt_extend": False, "watermark": True},
}
FOUR_REFERENCES = {
    "model": "wan2.6-r2v-flash",
    "input": {
        "prompt": 'Character2 rests near character4, strumming character3. Character1 asks: "one more?"',
        "reference_urls": [ROLE1_EN, ROLE2_EN, OBJECT4, BACKGROUND],
    },
    "parameters": {
        "size": "1280*720",
        "duration": 10,
        "audio": True,
        "shot_type": "multi",
        "watermark": True,
    },
}
UNBOXING = {
    "model": "wan2.6-r2v-flash",
    "input": {
        "prompt": "A birthday parcel.Shot 1 [0-2s]: Character1 shakes a blue box at a table. Shot 2 [2-4s]: "
        "The lid comes off. Shot 3 [4-6s]: Character1 lifts out a lamp: \"It's just like mom's!\" "
        "Shot 4 [6-10s]: Character1 switches it on, and the room glows.",
        "reference_urls": [ROLE4_EN],
    },
    "parameters": {"size": "1280*720", "duration": 10, "shot_type": "multi", "watermark": True},
}
SILENT_DANCE = {
    "model": "wan2.6-r2v-flash",
    "input": {
        "prompt": "character1 twirls through a laundrette with an iced coffee.",
        "reference_urls": [DANCER],
    },
    "parameters": {
        "size": "1280*720",
        "duration": 5,
        "shot_type": "multi",
        "audio": False,
        "watermark": True,
    },
}
FOUR_REFERENCES_ZH = {
    "model": "wan2.6-r2v-flash",
    "input": {
        "prompt": "Character2 靠在 character4 前,拨动 character3。Character1 对Character2说:“再来一首”",
        "reference_urls": [ROLE1, ROLE2, OBJECT4, BACKGROUND],
    },
    "parameters": {
        "shot_type": "multi",
        "audio": True,
        "size": "1280*720",
        "duration": 10,
        "watermark": True,
    },
}
TALKING_FOX = {
    "model": "wan2.7-t2v",
    "input": {
        "prompt": "Close-up in a dim library. A fox in a raincoat shuts a book and says: 'Nobody's home, "
        "and yet the tea is hot '.",
        "audio_url": FOX_VOICE,
    },
    "parameters": {
        "resolution": "720P",
        "ratio": "16:9",
        "duration": 10,
        "prompt_extend": True,
        "watermark": False,
        "seed": 12345,
    },
}
RAPPER = {
    "model": "wan2.7-i2v",
    "input": {
        "prompt": "The painted boy steps off the wall and raps under the bridge; nothing else sounds.",
        "media": [{"type": "first_frame", "url": RAP_PICTURE}, {"type": "driving_audio", "url": RAP}],
    },
    "parameters": {"resolution": "720P", "duration": 10, "prompt_extend": True, "watermark": True},
}
EMPTY = ("negative_prompt=''",)
SAMPLES = (
    Sample("S000 call", sdk_code("call"), Request.from_python, FIVE_ITEMS),
    Sample("S000 async_call", sdk_code("async_call"), Request.from_python, FIVE_ITEMS),
    Sample("S001 first curl", curl, Request.from_curl, TWO_SINGERS),
    Sample("S001 four references, curl", curl, Request.from_curl, FOUR_REFERENCES),
    Sample("S001 four references, requests", requests_code, Request.from_python, FOUR_REFERENCES),
    Sample("S001 unboxing", curl, Request.from_curl, UNBOXING),
    Sample("S001 silent dance", curl, Request.from_curl, SILENT_DANCE),
    Sample("S002 call", sdk_code("call"), Request.from_python, FOUR_REFERENCES_ZH),
    Sample("S002 async_call", sdk_code("async_call"), Request.from_python, FOUR_REFERENCES_ZH),
    Sample("S003 call", sdk_code("call"), Request.from_python, TALKING_FOX, EMPTY),
    Sample("S003 async_call", sdk_code("async_call"), Request.from_python, TALKING_FOX, EMPTY),
    Sample("S004 curl", curl, Request.from_curl, RAPPER),
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_each_sample_is_a_request_without_problems(sample: Sample) -> None:
    """Its body is the sample's JSON, and it comes back from each form we write."""
    written = sample.write(sample.body)
    for keyword in sample.more:
        written = written.replace("duration=10", f"duration=10,\n{keyword}")
    assert all(keyword in written for keyword in sample.more)
    request = sample.read(written)
    assert request.problems() == []
    assert request.body() == sample.body
    assert request.notices() == []
    assert Request.from_body(json.dumps(sample.body)) == request


def test_a_count_that_goes_on_is_pointed_out_with_a_mend() -> None:
    """S001 calls the image behind two videos "Image 3": sent as it is, with a mend to Image 1."""
    prompt = TWO_SINGERS["input"]["prompt"].replace("Image 1", "Image 3")  # type: ignore[index]
    request = Request.from_body(TWO_SINGERS).changed(prompt=prompt)
    assert request.problems() == []
    [*_, mended] = [
        notice.mend for notice in request.notices() if notice.mend and "Image 3" in notice.message
    ]
    assert request.changed(**mended) == Request.from_body(TWO_SINGERS)


@pytest.mark.parametrize("model", [FOUR_REFERENCES, UNBOXING, SILENT_DANCE, FOUR_REFERENCES_ZH])
def test_the_older_samples_move_on(model: dict[str, Any]) -> None:
    """Each sample for wan2.6 has a twin for wan2.7 without problems or notices."""
    moved = Request.from_body(model).to_wan27().request
    assert moved.model.id == "wan2.7-r2v"
    assert moved.problems() == []
    assert moved.notices() == []
