"""How a line of `%%wan` is read, and which braces of a prompt are replaced."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.magics.shells import MODEL
from wan_notebook.catalog import MODELS
from wan_notebook.magics.options import OWN, PROMPT, filled, options, parsed, split


def test_every_field_but_the_prompt_has_an_option() -> None:
    """They come from the catalogue; none of ours has the name of a field's."""
    for model in MODELS.values():
        known = options(model)
        assert {option.sets for option in known.values()} == {
            *(field.name for field in model.fields if field.name != PROMPT),
            *OWN,
        }
        assert not OWN.keys() & {field.name for field in model.fields}


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("--negative-prompt 'a b'", {"negative_prompt": "a b"}),
        ("--negative_prompt=a", {"negative_prompt": "a"}),
        ("--negative-prompt=--x", {"negative_prompt": "--x"}),
        ('--negative-prompt ""', {"negative_prompt": ""}),
        ("--watermark --no-prompt-extend", {"watermark": True, "prompt_extend": False}),
        ("--watermark --no_watermark", {"watermark": False}),
        ("--seed 1 --seed -2", {"seed": -2}),
        ("--duration five", {"duration": "five"}),
        ("--ratio 9:16", {"ratio": "9:16"}),
    ],
)
def test_options_are_read_as_a_shell_would(line: str, values: dict[str, object]) -> None:
    """Quotes, `=`, hyphens or underscores; of two the later one counts."""
    assert parsed(split(f"{MODEL} {line}")).values == values


@pytest.mark.parametrize(
    ("model", "line", "values"),
    [
        (
            "wan2.7-i2v",
            "--media first_frame=girl.png --media driving_audio='a b.mp3'",
            {
                "media": [
                    {"type": "first_frame", "url": "girl.png"},
                    {"type": "driving_audio", "url": "a b.mp3"},
                ]
            },
        ),
        (
            "wan2.7-r2v",
            "--media=reference_image=https://a.example/x?b=c,voice=v.mp3",
            {
                "media": [
                    {
                        "type": "reference_image",
                        "url": "https://a.example/x?b=c",
                        "reference_voice": "v.mp3",
                    }
                ]
            },
        ),
        ("wan2.7-r2v", "--media girl.png", {"media": ["girl.png"]}),
        (
            "wan2.6-r2v-flash",
            "--reference-urls a.mp4 --no-audio --reference-urls=b.png",
            {"reference_urls": ["a.mp4", "b.png"], "audio": False},
        ),
        ("wan2.6-i2v", "--img-url a.png --img-url b.png", {"img_url": "b.png"}),
        (
            "wan2.7-videoedit",
            "--duration 0 --audio-setting origin",
            {"duration": 0, "audio_setting": "origin"},
        ),
    ],
)
def test_lists_are_given_one_by_one(model: str, line: str, values: dict[str, object]) -> None:
    """Media items by type and file, a voice behind a comma; references in their order."""
    assert parsed(split(f"{model} {line}")).values == values


def test_our_own_options_are_no_parameters() -> None:
    """Name, dry run and wait say what is done with the request."""
    order = parsed(split(f"{MODEL} --wait --name x --dry-run"))
    assert (order.model.id, order.values, order.name, order.dry_run, order.wait) == (
        MODEL,
        {},
        "x",
        True,
        True,
    )


@given(st.text(), st.integers())
def test_any_value_can_be_quoted(words: str, number: int) -> None:
    """Whatever a shell's quoting protects arrives as it was."""
    line = f"{MODEL} --negative-prompt={shlex.quote(words)} --seed={number}"
    assert parsed(split(line)).values == {"negative_prompt": words, "seed": number}


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("A {fox}.", "A red fox."),
        ("{fox}{n}{fox}", "red fox3red fox"),
        ('{"subject": "{fox}"}', '{"subject": "red fox"}'),
        ("{{fox}} {} { } {a b} {cat} { fox } {fox.x} {fox!r} {n:02} {0} {", None),
        ("{{{fox}}} {{fox} {fox}}", None),
        ("{动物}", "{fox}"),
    ],
)
def test_only_a_variables_name_in_braces_is_replaced(written: str, result: str | None) -> None:
    """Every other brace stays, and what was put in is not looked at again."""
    variables = {"fox": "red fox", "n": 3, "动物": "{fox}", "a b": "never"}
    assert filled(written, variables) == (written if result is None else result)


@given(st.text(alphabet="{}ab_1 \n"))
def test_without_variables_nothing_changes(written: str) -> None:
    """No arrangement of braces is touched."""
    assert filled(written, {}) == written
