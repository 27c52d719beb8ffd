"""How many blocks a plan needs."""

import pytest
from scipy.stats import binom

from wan_notebook.catalog import SettingError
from wan_notebook.experiments.statistics import needed_blocks, size_sentence, textbook_blocks


def power(blocks: int, target: float, error: float) -> float:
    """Return the power of the exact two-sided sign test, from scipy's binomial distribution."""
    wins = next(
        wins
        for wins in range(blocks + 2)
        if wins > blocks / 2 and 2 * binom.sf(wins - 1, blocks, 0.5) < error
    )
    return float(binom.sf(wins - 1, blocks, target))


def test_known_sizes() -> None:
    """75 % needs 30 blocks and 60 % 199; the approximation of textbooks says 29 and 194."""
    assert (needed_blocks(0.75), needed_blocks(0.6)) == (30, 199)
    assert (textbook_blocks(0.75), textbook_blocks(0.6)) == (29, 194)


@pytest.mark.parametrize("target", [0.66, 0.75, 0.9, 0.99])
@pytest.mark.parametrize("comparisons", [1, 3, 66])
def test_the_number_is_the_first_that_reaches_the_power(target: float, comparisons: int) -> None:
    """Against scipy: it has 80 % power, and no smaller number from 6 up has."""
    needed = needed_blocks(target, comparisons=comparisons)
    assert power(needed, target, 0.05 / comparisons) >= 0.8
    assert all(power(fewer, target, 0.05 / comparisons) < 0.8 for fewer in range(6, needed))


def test_a_rate_near_one_half_is_quick_to_tell() -> None:
    """Millions of blocks are found as quickly as thirty."""
    assert needed_blocks(0.501) > 1_900_000


@pytest.mark.parametrize(
    ("setting", "value"),
    [("target", 0.5), ("target", 1), ("target", 75), ("target", "0.75"), ("power", 0), ("level", 1.0)],
)
def test_numbers_out_of_range_are_refused(setting: str, value: float | str) -> None:
    """One sentence names the setting, its value and its range."""
    settings: dict[str, float | str] = {"target": 0.75, setting: value}
    target = settings.pop("target")
    with pytest.raises(SettingError, match=rf"^{setting} is {value!r}; it must lie above .* and below 1\.$"):
        needed_blocks(target, **settings)  # type: ignore[arg-type]


def test_words() -> None:
    """The sentence gives our number and the usual one."""
    assert size_sentence(0.6) == (
        "To tell a win rate of 60 % from 50 % with 80 % certainty takes about 199 blocks "
        "(the usual approximation says 194)."
    )
