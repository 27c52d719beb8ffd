"""Figures in words: shares, sums, seconds, sizes, times; each with its interval where it has one."""

from datetime import datetime
from decimal import Decimal

from wan_notebook.catalog import amount, text

DASH = "–"
"""Stands where a figure is not known."""


def percent(share: float | None) -> str:
    """Return a share in whole per cent."""
    return DASH if share is None else text("report.words.percent", number=f"{100 * share:.0f}")


def span(low: float | None, high: float | None) -> str:
    """Return an interval of shares in whole per cent."""
    if low is None or high is None:
        return DASH
    return text("report.words.span", low=f"{100 * low:.0f}", high=f"{100 * high:.0f}")


def signed(value: float) -> str:
    """Return a number with its sign; a minus is as wide as a plus."""
    return f"{value:+.2f}".replace("-", "−")


def money(value: float | Decimal | None, currency: str | None) -> str:
    """Return a sum with its currency."""
    if value is None:
        return text("report.words.unknown")
    return f"{amount(Decimal(str(value)))} {currency or ''}".strip()


def seconds(value: float | None) -> str:
    """Return a length of time: seconds, from two minutes on minutes and seconds."""
    if value is None:
        return DASH
    minutes, rest = divmod(round(value), 60)
    if minutes < 2:  # noqa: PLR2004 - "90 s" reads as easily as "1 min 30 s"
        return text("report.words.seconds", seconds=f"{value:.0f}" if value >= 10 else f"{value:.1f}")  # noqa: PLR2004 - as above
    return text("report.words.minutes", minutes=minutes, seconds=rest)


def size(bytes_: int) -> str:
    """Return a size in kilobytes, from one megabyte on in megabytes, two figures of it below ten."""
    if bytes_ < 1_000_000:  # noqa: PLR2004 - a megabyte
        return f"{bytes_ / 1e3:.0f} KB"
    return f"{bytes_ / 1e6:.0f} MB" if bytes_ >= 10_000_000 else f"{bytes_ / 1e6:.1f} MB"  # noqa: PLR2004 - ten


def moment(value: datetime) -> str:
    """Return a time to the minute, in UTC."""
    return f"{value:%Y-%m-%d %H:%M} UTC"
