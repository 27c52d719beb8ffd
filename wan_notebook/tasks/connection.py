"""Where a studio sends its requests."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Where a studio sends its requests.

    Attributes:
        base_url: the API's address.
        region: whose prices hold there; None at an address of the user's own, where they are unknown.
        simulated: whether it is the simulator: nothing is charged.
        typical: seconds a task takes there when the log has no history; None for the model's published time.
    """

    base_url: str
    region: str | None
    simulated: bool
    typical: tuple[float, float] | None = None
