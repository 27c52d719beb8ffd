"""Addresses of the service, and what cannot be one."""

import pytest

from wan_notebook.catalog import (
    DEFAULT_REGION,
    MODELS,
    REGIONS,
    SettingError,
    base_url,
    find_model,
    find_region,
    offering,
    region_of,
    region_problem,
)

ALL = "beijing, singapore, virginia, frankfurt, tokyo, hongkong"
OFFERED = {
    "wan2.7": "beijing, singapore, tokyo",
    "wan2.6": "beijing, singapore, virginia, frankfurt",
    "flash": "beijing, singapore",
}
"""Regions by family (protocol.md, sections 1, 9 and 11; Tokyo by CAT)."""


@pytest.mark.parametrize(
    ("region", "workspace", "address"),
    [
        ("beijing", None, "https://dashscope.aliyuncs.com/api/v1"),
        ("singapore", None, "https://dashscope-intl.aliyuncs.com/api/v1"),
        ("virginia", None, "https://dashscope-us.aliyuncs.com/api/v1"),
        ("hongkong", None, "https://cn-hongkong.dashscope.aliyuncs.com/api/v1"),
        ("beijing", "llm-abc1", "https://llm-abc1.cn-beijing.maas.aliyuncs.com/api/v1"),
        ("singapore", "ws9", "https://ws9.ap-southeast-1.maas.aliyuncs.com/api/v1"),
        ("virginia", "ws9", "https://ws9.us-east-1.maas.aliyuncs.com/api/v1"),
        ("frankfurt", "ws9", "https://ws9.eu-central-1.maas.aliyuncs.com/api/v1"),
        ("tokyo", "ws9", "https://ws9.ap-northeast-1.maas.aliyuncs.com/api/v1"),
        ("hongkong", "ws9", "https://ws9.cn-hongkong.maas.aliyuncs.com/api/v1"),
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


def test_a_region_without_a_shared_host_needs_a_workspace() -> None:
    """Where only workspace hosts exist, the sentence says what to give (protocol.md section 1)."""
    for region in ("frankfurt", "tokyo"):
        with pytest.raises(SettingError, match=f"{region} is reached through a workspace address only"):
            base_url(region)
        assert region_of(base_url(region, "ws9")) is REGIONS[region]


@pytest.mark.parametrize(
    ("region", "host"),
    [("beijing", "cn-beijing"), ("singapore", "ap-southeast-1"), ("hongkong", "cn-hongkong")],
)
def test_trial_addresses_are_workspaces(region: str, host: str) -> None:
    """They have the form of a workspace's (BL-later)."""
    assert base_url(region, "trial") == f"https://trial.{host}.maas.aliyuncs.com/api/v1"


def test_unknown_regions_are_refused() -> None:
    """The sentence names the regions there are."""
    with pytest.raises(SettingError, match=f"no region 'berlin'; choose one of {ALL}"):
        find_region("berlin")


@pytest.mark.parametrize("model", sorted(MODELS))
@pytest.mark.parametrize("region", sorted(REGIONS))
def test_each_model_is_offered_where_the_documents_say(model: str, region: str) -> None:
    """Virginia has wan2.6 without flash (section 11); elsewhere the sentence names where it is offered."""
    offers = OFFERED["flash" if model.endswith("flash") else model[:6]]
    assert ", ".join(one.id for one in offering(find_model(model))) == offers
    problem = region_problem(find_model(model), region)
    if region in offers.split(", "):
        assert problem is None
    else:
        assert problem is not None
        assert problem.message == (
            f"{model} is not offered in the region {region}; it is offered in: {offers}."
        )
        assert (problem.field, problem.limit, problem.value) == ("model", offers, model)


def test_a_snapshot_is_offered_where_its_family_is() -> None:
    """The sentence has the id that was asked for."""
    snapshot = find_model("wan2.7-r2v-2027-01-01")
    assert region_problem(snapshot, "tokyo") is None
    assert str(region_problem(snapshot, "virginia")).startswith("wan2.7-r2v-2027-01-01 is not offered in")


def test_nothing_is_said_of_an_address_of_ones_own() -> None:
    """Nobody knows what is offered there; a region that does not exist is refused."""
    assert region_problem(find_model("wan2.7-t2v"), None) is None
    with pytest.raises(SettingError, match="no region 'mars'"):
        region_problem(find_model("wan2.7-t2v"), "mars")


@pytest.mark.parametrize(
    ("region", "words"),
    [
        ("beijing", ""),
        ("singapore", "one says it is being retired, others that it works"),
        ("virginia", "wan2.6 without flash only"),
        ("frankfurt", ""),
        ("tokyo", "Prices are unknown"),
        ("hongkong", ""),
    ],
)
def test_what_the_documents_say_of_a_region_is_told(region: str, words: str) -> None:
    """Where they disagree there is a line (section 11)."""
    assert words in REGIONS[region].dispute
    assert bool(words) == bool(REGIONS[region].dispute)


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
