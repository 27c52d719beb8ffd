"""What an experiment will take, before anything is sent: videos, billed seconds, money, time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from wan_notebook.catalog import Estimate, Request, amount, text
from wan_notebook.experiments.planning.scheme import Cell, Scheme
from wan_notebook.experiments.statistics import needed_blocks, percent, size_sentence
from wan_notebook.experiments.statistics.sizes import check
from wan_notebook.tasks import Expectation, spoken

COMPARED: Final = (0.6, 0.75)
"""Win rates a plan is told for besides the one asked for: a slight and a clear preference."""

Expect = Callable[[Request], Expectation]
"""How long a request is likely to take."""


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What some videos may cost in one currency.

    Attributes:
        low, high: bounds.
        currency: as price lists name it.
    """

    low: Decimal
    high: Decimal
    currency: str

    def times(self, factor: Decimal) -> "Sum":
        """Return the same for so many times as much."""
        return Sum(low=self.low * factor, high=self.high * factor, currency=self.currency)

    def __str__(self) -> str:
        bounds = {"low": amount(self.low), "high": amount(self.high), "currency": self.currency}
        return text(f"experiments.costing.{'sum' if self.low == self.high else 'between'}", **bounds)


@dataclass(frozen=True, kw_only=True)
class Costing:
    """What some videos take. Shown, it says so in words.

    Attributes:
        videos: how many.
        seconds: seconds of video that are billed at most; None when that cannot be told.
        sums: money, one for each currency; none when nothing is priced.
        unpriced: videos without a known price, in no sum.
        simulated: whether it is the simulator's play money.
        took: seconds until all are made, as many at once as the account may run.
        at_once: how many that is.
        basis: where the time comes from, in words.
    """

    videos: int
    seconds: Decimal | None
    sums: tuple[Sum, ...]
    unpriced: int
    simulated: bool
    took: float
    at_once: int
    basis: str

    @property
    def money(self) -> str:
        """What it costs, in words."""
        return money(self.sums, self.unpriced, simulated=self.simulated)

    def __repr__(self) -> str:
        if not self.videos:
            return text("experiments.costing.none")
        seconds = text("experiments.costing.unknown") if self.seconds is None else f"{self.seconds:g}"
        words = {"videos": self.videos, "seconds": seconds, "money": self.money, "took": spoken(self.took)}
        return text("experiments.costing.sentence", **words, at_once=self.at_once, basis=self.basis)


def money(sums: Iterable[Sum], unpriced: int, *, simulated: bool) -> str:
    """Return what something costs in words; what has no known price is said, and never counted as nothing."""
    parts = [str(one) for one in sums]
    if unpriced:
        parts.append(text("experiments.costing.unpriced", count=unpriced))
    told = text("experiments.costing.and").join(parts)
    return text("experiments.costing.play", money=told) if simulated else told


def costing(
    scheme: Scheme, cells: Iterable[Cell], *, region: str | None, simulated: bool, expect: Expect
) -> Costing:
    """Return what some cells of an experiment take.

    Args:
        scheme: the plan; it must be without problems.
        cells: which cells.
        region: whose prices hold, None when not known.
        simulated: whether it is the simulator's play money.
        expect: how long a request is likely to take.
    """
    requests = [scheme.request(cell) for cell in cells]
    estimates = [request.estimate(region) for request in requests]
    seconds = [one.seconds for one in estimates]
    took, at_once, basis = _time(requests, expect)
    return Costing(
        videos=len(requests),
        seconds=None if None in seconds else sum((one for one in seconds if one is not None), Decimal(0)),
        sums=_sums(estimates),
        unpriced=sum(one.high is None for one in estimates),
        simulated=simulated,
        took=took,
        at_once=at_once,
        basis=basis,
    )


def _sums(estimates: Iterable[Estimate]) -> tuple[Sum, ...]:
    bounds: dict[str, tuple[Decimal, Decimal]] = {}
    for one in estimates:
        if one.low is not None and one.high is not None and one.currency is not None:
            low, high = bounds.get(one.currency, (Decimal(0), Decimal(0)))
            bounds[one.currency] = low + one.low, high + one.high
    return tuple(Sum(low=low, high=high, currency=name) for name, (low, high) in bounds.items())


def _time(requests: Iterable[Request], expect: Expect) -> tuple[float, int, str]:
    """Return the seconds until all are made, how many run at once, and where that comes from.

    Models have places of their own, so the one that takes longest decides.
    """
    known: dict[tuple[object, ...], Expectation] = {}
    each: dict[str, list[Expectation]] = defaultdict(list)
    limits: dict[str, int] = {}
    for request in requests:
        kind = (request.model.id, request.resolution, request.value("duration"))
        if kind not in known:
            known[kind] = expect(request)
        each[request.model.id].append(known[kind])
        limits[request.model.id] = request.model.running
    took = {model: _in_turn(told, limits[model]) for model, told in each.items()}
    slowest = max(took, key=lambda model: took[model], default=None)
    if slowest is None:
        return 0.0, 0, ""
    at_once = sum(min(limits[model], len(told)) for model, told in each.items())
    return took[slowest], at_once, each[slowest][0].basis


def _in_turn(told: list[Expectation], at_once: int) -> float:
    """Return how long tasks take of which so many run at once."""
    rounds = -(-len(told) // at_once)
    return rounds * sum(one.seconds for one in told) / len(told)


@dataclass(frozen=True, kw_only=True)
class Needed:
    """What it takes to tell a win rate from 50 %.

    Attributes:
        target: the win rate, from 0.5 to 1.
        pairs: pairs of arms that are compared.
        blocks: how many blocks.
        videos: how many videos.
        sums: money, one for each currency, as in the plan on average.
        unpriced: videos of these without a known price.
        simulated: whether it is the simulator's play money.
    """

    target: float
    pairs: int
    blocks: int
    videos: int
    sums: tuple[Sum, ...]
    unpriced: int
    simulated: bool

    def __repr__(self) -> str:
        needed = size_sentence(self.target, comparisons=self.pairs)
        cost = money(self.sums, self.unpriced, simulated=self.simulated)
        return text("experiments.costing.needed", size=needed, videos=self.videos, money=cost)


@dataclass(frozen=True, kw_only=True)
class Size:
    """What different win rates need, and what there is. Shown, it says so in words.

    Attributes:
        target: what was asked for.
        needed: what that and the usual win rates need, by the win rate.
        blocks: blocks of the plan.
        pairs: pairs of arms, each of which is compared.
    """

    target: float
    needed: Mapping[float, Needed]
    blocks: int
    pairs: int

    @property
    def enough(self) -> bool:
        """Whether the plan has the blocks its target needs."""
        return self.blocks >= self.needed[self.target].blocks

    def __repr__(self) -> str:
        lines = [repr(self.needed[rate]) for rate in sorted(self.needed)]
        words = {"blocks": self.blocks, "target": percent(self.target)}
        lines.append(text(f"experiments.costing.{'enough' if self.enough else 'few'}", **words))
        if self.pairs > 1:
            lines.append(text("experiments.costing.pairs", pairs=self.pairs))
        return "\n".join(lines)


def size(scheme: Scheme, whole: Costing, target: float) -> Size:
    """Return what it takes to tell a win rate from 50 % at 80 % power.

    Args:
        scheme: the plan.
        whole: what all of it takes.
        target: the win rate of the better arm.

    Raises:
        SettingError: the target is not between 0.5 and 1.
    """
    check("target", target, 0.5)
    pairs = len(scheme.arms) * (len(scheme.arms) - 1) // 2
    found = {}
    for rate in {*COMPARED, target}:
        blocks = needed_blocks(rate, comparisons=pairs)
        times = Decimal(blocks) / len(scheme.blocks)
        found[rate] = Needed(
            target=rate,
            pairs=pairs,
            blocks=blocks,
            videos=blocks * len(scheme.arms),
            sums=tuple(one.times(times) for one in whole.sums),
            unpriced=round(whole.unpriced * times),
            simulated=whole.simulated,
        )
    return Size(target=target, needed=found, blocks=len(scheme.blocks), pairs=pairs)
