"""Addresses of the service, and what cannot be one."""

import pytest

from wan_notebook.catalog import (
    DEFAULT_REGION,
    REGIONS,
    Region,
    SettingError,
    base_url,
    find_region,
    region_of,
)


@pytest.mark.parametrize(
    ("region", "workspace", "address"),
    [
        ("beijing", None, "https://dashscope.aliyuncs.com/api/v1"),
        ("singapore", None, "https://dashscope-intl.aliyuncs.com/api/v1"),
        ("beijing", "llm-abc1", "https://llm-abc1.cn-beijing.maas.aliyuncs.com/api/v1"),
        ("singapore", "ws9", "https://ws9.ap-southeast-1.maas.aliyuncs.com/api/v1"),
    ],
)
def test_each_region_has_its_documented_address(region: str, workspace: str | None, address: str) -> None:
    """Shared and workspace hosts are those of protocol.md section 1, and lead back to their region."""
    assert base_url(region, workspace) == address
    assert region_of(address) is REGIONS[region]


def test_the_default_is_beijing() -> None:
    """Without a word the official SDK's own default is used."""
    assert base_url() == REGIONS[DEFAULT_REGION].address
    assert DEFAULT_REGION == "beijing"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://127.0.0.1:8800/api/v1", "http://127.0.0.1:8800/api/v1"),
        ("http://127.0.0.1:8800/api/v1/", "http://127.0.0.1:8800/api/v1"),
        ("  https://proxy.example/wan  ", "https://proxy.example/wan"),
        ("http://[::1]:8800", "http://[::1]:8800"),
    ],
)
def test_an_address_of_ones_own_wins(given: str, used: str) -> None:
    """A custom address is used as it is, without spaces around it or a slash at its end."""
    assert base_url("singapore", "ws9", given) == used
    assert region_of(used) is None


@pytest.mark.parametrize(
    "given",
    [
        "",
        "dashscope.aliyuncs.com",
        "ftp://host/api",
        "https://",
        "http://host:99999",
        "http://host:x",
        "http://[host",
        "http://host/api?key=1",
        "http://host/api#top",
        "http://user:word@host/api",
        "http://host/a b",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    """Anything but http(s), a host and a path is refused, with an example of a good one."""
    with pytest.raises(SettingError, match="should look like https://dashscope"):
        base_url(custom=given)


@pytest.mark.parametrize("workspace", ["", "a b", "a.b", "a/b", "-a", "a-", "工作", "a@evil.example"])
def test_a_workspace_cannot_change_the_host(workspace: str) -> None:
    """A workspace id becomes part of a host name: nothing that could lead elsewhere is taken."""
    with pytest.raises(SettingError, match="letters, digits and hyphens"):
        base_url("beijing", workspace)


def test_a_region_without_a_shared_host_needs_a_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only workspace hosts exist, the sentence says what to give (protocol.md section 1, Frankfurt)."""
    frankfurt = Region(id="frankfurt", scope="global", address=None, workspace_host="eu-central-1")
    monkeypatch.setitem(REGIONS, "frankfurt", frankfurt)
    with pytest.raises(SettingError, match="workspace address only"):
        base_url("frankfurt")
    assert region_of(base_url("frankfurt", "ws9")) is frankfurt


def test_unknown_regions_are_refused() -> None:
    """The sentence names the regions there are."""
    with pytest.raises(SettingError, match="no region 'berlin'; choose one of beijing, singapore"):
        find_region("berlin")


@pytest.mark.parametrize(
    "address",
    [
        "https://dashscope.aliyuncs.com.evil.example/api/v1",
        "https://cn-beijing.maas.aliyuncs.com.evil.example",
        "https://xcn-beijing.maas.aliyuncs.com",
        "",
    ],
)
def test_lookalikes_belong_to_no_region(address: str) -> None:
    """Only the service's own hosts count as a region."""
    assert region_of(address) is None
