"""Where the service can be reached (protocol.md, section 1)."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.models import Model
from wan_notebook.catalog.problems import Problem
from wan_notebook.catalog.texts import text

DEFAULT_REGION = "beijing"  # the official SDK's too


@dataclass(frozen=True, kw_only=True)
class Region:
    """One region of the service.

    Attributes:
        id: our name, as in `wan.connect(region=…)`.
        scope: which column of the price list holds there.
        address: base URL open to every key of the region, None where there is none.
        workspace_host: middle of the workspace address `https://{workspace}.{…}.maas.aliyuncs.com/api/v1`.
        disputed: key of the line that says where the documents disagree on it, "" where they agree.
    """

    id: str
    scope: str
    address: str | None
    workspace_host: str
    disputed: str = ""

    @property
    def dispute(self) -> str:
        """The line that says where the documents disagree and what is done here, or ""."""
        return text(f"catalog.disputed.region_{self.disputed}") if self.disputed else ""


REGIONS = {
    region.id: region
    for region in (
        Region(
            id="beijing",
            scope="mainland",
            address="https://dashscope.aliyuncs.com/api/v1",
            workspace_host="cn-beijing",
        ),
        Region(
            id="singapore",
            scope="international",
            address="https://dashscope-intl.aliyuncs.com/api/v1",
            workspace_host="ap-southeast-1",
            disputed="singapore",
        ),
        Region(
            id="virginia",
            scope="global",
            address="https://dashscope-us.aliyuncs.com/api/v1",
            workspace_host="us-east-1",
            disputed="virginia",
        ),
        Region(id="frankfurt", scope="global", address=None, workspace_host="eu-central-1"),
        Region(id="tokyo", scope="tokyo", address=None, workspace_host="ap-northeast-1", disputed="tokyo"),
        Region(
            id="hongkong",
            scope="hongkong",
            address="https://cn-hongkong.dashscope.aliyuncs.com/api/v1",
            workspace_host="cn-hongkong",
        ),
    )
}


def offering(model: Model) -> list[Region]:
    """Return the regions that offer a model."""
    return [region for region in REGIONS.values() if region.scope in model.scopes]


def region_problem(model: Model, region: str | None) -> Problem | None:
    """Return why a model cannot be used in a region; None where it can, or where the region is not known."""
    if region is None or find_region(region).scope in model.scopes:
        return None
    offers = ", ".join(one.id for one in offering(model))
    words = {"model": model.id, "region": region, "offers": offers}
    return Problem("model", text("catalog.problem.region", **words), offers, model.id)


def find_region(region: str) -> Region:
    """Return the region of this name.

    Raises:
        SettingError: there is none; the message names those there are.
    """
    if region not in REGIONS:
        known = ", ".join(REGIONS)
        raise SettingError(text("catalog.error.region", region=repr(region), known=known))
    return REGIONS[region]


def region_of(base_url: str) -> Region | None:
    """Return the region a base URL lies in, None for an address of the user's own."""
    host = urlsplit(base_url).hostname or ""
    for region in REGIONS.values():
        shared = urlsplit(region.address or "").hostname
        if host == shared or host.endswith(f".{region.workspace_host}.maas.aliyuncs.com"):
            return region
    return None


def base_url(region: str = DEFAULT_REGION, workspace: str | None = None, custom: str | None = None) -> str:
    """Return the address everything is sent to, without a slash at its end.

    Args:
        region: id of a region.
        workspace: workspace id; its own host is then used.
        custom: an address of the user's own, which wins over both.

    Raises:
        SettingError: one of them cannot be used.
    """
    if custom is not None:
        return _checked(custom)
    found = find_region(region)
    if workspace is None:
        if found.address is None:
            raise SettingError(text("catalog.error.workspace_needed", region=region))
        return found.address
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", str(workspace)):
        raise SettingError(text("catalog.error.workspace", workspace=repr(workspace)))
    return f"https://{workspace}.{found.workspace_host}.maas.aliyuncs.com/api/v1"


def _checked(url: str) -> str:
    """Return a user's address, refused unless it is http or https with a host and nothing but a path."""
    try:
        parts = urlsplit(str(url).strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if (
        not usable
        or parts.query
        or parts.fragment
        or parts.username
        or any(c.isspace() for c in parts.geturl())
    ):
        raise SettingError(text("catalog.error.base_url", url=repr(url)))
    return parts.geturl().rstrip("/")
