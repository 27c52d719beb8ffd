"""What is committed holds no secret, no path of someone's machine, no index, no outputs, nothing huge.

Git's index is asked, so that a notebook somebody has played with does not fail the tests before it is staged.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("*.lock", "package-lock.json", "pnpm-lock.yaml", "requirements*.txt")
# A bracket in each pattern keeps it from finding itself.
FORBIDDEN = {
    "an index": (r"py[p]i\.org|py[t]honhosted|https?://[^ ]+/simpl[e]\b", "py" + "pi.org"),
    "a key": (r"\bs[k]-[0-9A-Za-z-]{24,}|LTA[I][0-9A-Za-z]{12,}", "s" + "k-0123456789abcdef01234567"),
    "a home": (r"/(?:home|Users)/(?!user/)[\w.-]+/|/roo[t]/", "/ho" + "me/ada/"),
}


def git(*words: str) -> str:
    """Return what git prints about this repository, whoever owns its folder."""
    command = ["git", "-c", "safe.directory=*", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_committed_file_names(kind: str) -> None:
    """No tracked text names a package index, holds something like a key, or a folder of one machine."""
    pattern, example = FORBIDDEN[kind]
    assert re.search(pattern, example)
    lines = git("grep", "--cached", "-I", "--line-number", "").splitlines()
    assert len(lines) > 1000
    assert [line for line in lines if re.search(pattern, line)] == []


def test_no_lock_file_is_committed() -> None:
    """Versions stand in constraints.txt alone, which names no place to get them from."""
    assert git("ls-files", *LOCKS) == ""


def test_constraints_are_names_and_versions_only() -> None:
    """Every line pins one package, in order, each once."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []
    names = [line.partition("==")[0].lower() for line in lines]
    assert len(names) == len(set(names)) > 100


def test_notebooks_are_committed_without_outputs() -> None:
    """A notebook holds no output, no count of runs, and nothing of the one who ran it."""
    names = git("ls-files", "*.ipynb").splitlines()
    for name in names:
        notebook = json.loads(git("show", f":{name}"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells), name
        assert "widgets" not in notebook["metadata"], name
    assert "notebooks/01_quickstart.ipynb" in names


def test_no_committed_file_is_huge() -> None:
    """Everybody who clones gets every file: none is above 1 MB."""
    rows = [line.split(maxsplit=4) for line in git("ls-tree", "-r", "--long", "HEAD").splitlines()]
    assert len(rows) > 20
    assert [path for _, _, _, size, path in rows if size.isdigit() and int(size) > 1_000_000] == []
