"""Asks in a terminal, before money is spent."""

import sys
from typing import TextIO

from wan_notebook.catalog import SettingError, text

YES = frozenset({"y", "yes", "j", "ja", "是", "好", "好的"})


def agreed(question: str, answers: TextIO | None = None) -> bool:
    """Ask a question and return whether the answer is yes.

    Args:
        question: what is asked.
        answers: where the answer is typed; standard input by default.

    Raises:
        SettingError: nobody is there to answer.
    """
    source = sys.stdin if answers is None else answers
    if source is None or not source.isatty():
        raise SettingError(text("experiments.ask.nobody", question=question))
    sys.stderr.write(f"{question} {text('experiments.ask.yes_no')} ")
    sys.stderr.flush()
    return source.readline().strip().lower() in YES
