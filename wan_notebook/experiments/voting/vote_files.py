"""Files of votes: rows of plain values to CSV or JSON, and back the same. What they mean is not looked at."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from wan_notebook.catalog import SettingError, text

COLUMNS: Final = (
    *("vote_id", "voter", "question", "criterion", "case", "seed", "left", "right", "choice"),
    *("shown_at", "voted_at", "watch_s"),
)
"""What a file holds of a vote."""
Row = Mapping[str, Any]
FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
"""Beginning of a text that a spreadsheet would run, quoted already or not."""
NAME: Final = "wan-notebook votes"
VERSION: Final = 1


def to_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV. A text a spreadsheet would take for a formula gets an apostrophe before it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    writer.writerows([_quoted(row[name]) for name in COLUMNS] for row in rows)
    return target.getvalue()


def from_csv(content: str) -> list[Row]:
    """Return the rows of CSV, all values as text; values a row lacks are None.

    Raises:
        ValueError: it is no CSV.
        KeyError: the names of the columns it lacks.
    """
    try:
        reader = csv.DictReader(io.StringIO(content, newline=""), strict=True)
        rows: list[Row] = [{name: _unquoted(row.get(name)) for name in COLUMNS} for row in reader]
    except csv.Error as error:
        raise ValueError(str(error)) from error
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise KeyError(", ".join(missing))
    return rows


def to_json(rows: Sequence[Row]) -> str:
    """Return rows as JSON."""
    listed = [{name: row[name] for name in COLUMNS} for row in rows]
    return json.dumps({"format": NAME, "version": VERSION, "votes": listed}, ensure_ascii=False, indent=1)


def from_json(content: str) -> list[Row]:
    """Return the rows of JSON; values a row lacks are None.

    Raises:
        ValueError: it is no JSON, or not such as `to_json` writes.
    """
    whole = json.loads(content)
    known = isinstance(whole, dict) and (whole.get("format"), whole.get("version")) == (NAME, VERSION)
    votes = whole.get("votes") if known else None
    if not isinstance(votes, list) or not all(isinstance(vote, dict) for vote in votes):
        raise ValueError
    return [{name: vote.get(name) for name in COLUMNS} for vote in votes]


def _quoted(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def _unquoted(value: str | None) -> str | None:
    return value[1:] if value and value[0] == "'" and FORMULA.match(value) else value


WRITERS: Final[Mapping[str, Callable[[Sequence[Row]], str]]] = MappingProxyType(
    {".csv": to_csv, ".json": to_json}
)
READERS: Final[Mapping[str, Callable[[str], list[Row]]]] = MappingProxyType(
    {".csv": from_csv, ".json": from_json}
)
MARK: Final = "utf-8-sig"
"""Tells spreadsheets that CSV is UTF-8; read with or without."""


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write rows in the format of the name's ending; a file that is there is replaced.

    Raises:
        SettingError: the ending is not known, or the file cannot be written.
    """
    content = _by_ending(path, WRITERS)(rows)
    coded = content.encode(MARK if path.suffix.lower() == ".csv" else "utf-8", "backslashreplace")
    try:
        path.write_bytes(coded)
    except OSError as error:
        raise SettingError(text("vote.file.unwritten", file=path, reason=error.strerror)) from error


def read(path: Path) -> list[Row]:
    """Return the rows of a file, in the format of the name's ending.

    Raises:
        SettingError: the ending is not known, or the file cannot be read or holds something else.
    """
    parse = _by_ending(path, READERS)
    try:
        rows: list[Row] = parse(path.read_bytes().decode(MARK))
    except OSError as error:
        raise SettingError(text("vote.file.unread", file=path, reason=error.strerror)) from error
    except KeyError as error:
        raise SettingError(text("vote.file.columns", file=path, columns=error.args[0])) from error
    except (ValueError, RecursionError) as error:
        raise SettingError(text("vote.file.shape", file=path)) from error
    return rows


def _by_ending(path: Path, known: Mapping[str, Any]) -> Any:
    try:
        return known[path.suffix.lower()]
    except KeyError:
        raise SettingError(text("vote.file.ending", file=path)) from None
