"""Which language a prompt is written in, told from its letters."""

import re

HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")


def prompt_language(prompt: str) -> str:
    """Return "zh" for a Chinese prompt and "en" for any other.

    A Chinese character says about as much as a Latin word, so the larger number of them decides: an English
    prompt in which somebody says 你好 stays English, a Chinese one about a T-shirt stays Chinese.
    """
    characters = len(HAN.findall(prompt))
    return "zh" if characters and characters >= len(_LATIN_WORD.findall(prompt)) else "en"
