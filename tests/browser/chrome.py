"""Find the browser the tests drive; run as a program (`make browser`), install it where that is allowed.

    python -m tests.browser.chrome      prints the browser's path, or one sentence and exits with 1

An installed Chrome or Chromium is used as it is. Only as root on Debian with CI=1 is a missing one installed
by apt, and two small fonts, so that Chinese and emoji can be read in screenshots.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FONTS = ("fonts-wqy-microhei", "fonts-noto-color-emoji")
MISSING = (
    "No Chrome or Chromium was found; install one (Debian: apt install chromium) "
    "or name its program in the variable CHROME."
)


def find_chrome() -> str | None:
    """Return the path of the browser: $CHROME, else the first known name on PATH, else macOS's place."""
    named = os.environ.get("CHROME")
    candidates = (named,) if named else (*NAMES, *APPLICATIONS)
    return next((path for name in candidates if (path := shutil.which(name))), None)


def may_install() -> bool:
    """Tell whether this is a build machine of our own: CI=1, root, Debian's apt."""
    return os.environ.get("CI") == "1" and os.geteuid() == 0 and Path("/etc/debian_version").exists()


def missing_packages() -> list[str]:
    """Return the Debian packages that would bring what is not there yet."""
    browser = [] if find_chrome() else ["chromium"]
    return browser + [font for font in FONTS if not Path("/usr/share/doc", font).exists()]


def install(packages: list[str]) -> None:
    """Ask apt for these packages; what it could not do it says itself, on the standard error output."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        command = ["/usr/bin/apt-get", "-qq", *words]
        nothing = subprocess.DEVNULL
        subprocess.run(command, env=environment, check=False, stdin=nothing, stdout=nothing)


def main() -> None:
    """Print the browser's path, after installing what is missing where that is allowed."""
    if may_install() and (packages := missing_packages()):
        install(packages)
    path = find_chrome()
    if path is None:
        sys.exit(MISSING)
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
