"""The wheel holds everything the package needs, and works away from its sources."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import wan_notebook

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "wan_notebook"
DATA = {".css", ".js", ".toml", ".typed"}

TRY_OUT = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import wan_notebook
names = [module.name for module in pkgutil.walk_packages(wan_notebook.__path__, "wan_notebook.")]
for name in names:
    importlib.import_module(name)
request = wan_notebook.Request("wan2.7-t2v", prompt="fox", resolution="720P", duration=2)
print(wan_notebook.__file__, len(names) > 20, request.estimate(), sep="\\n")
"""


@pytest.fixture(scope="module")
def wheel(clean_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a publisher would, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_every_data_file_is_in_the_wheel(wheel: Path) -> None:
    """Scripts, styles, tables and the typing mark beside the modules travel with them."""
    wanted = {
        path.relative_to(ROOT).as_posix() for path in SOURCE.rglob("*") if path.suffix in {*DATA, ".py"}
    }
    wanted.add("wan_notebook/py.typed")
    held = set(zipfile.ZipFile(wheel).namelist())
    assert wanted - held == set()
    assert {Path(name).suffix for name in wanted} >= {".css", ".js", ".py", ".toml"}


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    """Tests, notebooks and what a run leaves behind stay at home."""
    held = zipfile.ZipFile(wheel).namelist()
    strays = [name for name in held if not name.startswith("wan_notebook") or "__pycache__" in name]
    assert strays == []
    assert f"wan_notebook-{wan_notebook.__version__}.dist-info/licenses/LICENSE" in held


def test_the_installed_wheel_works(wheel: Path, tmp_path: Path) -> None:
    """In a fresh interpreter every module of the wheel imports, and a request reads its tables."""
    place = tmp_path / "place"
    install = ["install", "--quiet", "--no-index", "--no-deps", "--target", str(place), str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *install], check=True)
    tried = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", TRY_OUT, str(place)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert tried.stdout.splitlines() == [str(place / "wan_notebook" / "__init__.py"), "True", "1.20 CNY"]


def test_public_names_are_sorted_and_there() -> None:
    """`__all__` is in order, without doubles, and each of its names can be had."""
    assert list(wan_notebook.__all__) == sorted(set(wan_notebook.__all__))
    assert all(getattr(wan_notebook, name) is not None for name in wan_notebook.__all__)
    assert set(wan_notebook.__all__) <= set(dir(wan_notebook))


def test_a_wrong_public_name_is_refused() -> None:
    """Lazy names do not swallow a slip of the pen."""
    with pytest.raises(AttributeError, match="generat"):
        wan_notebook.generat  # noqa: B018 - the access is the test
