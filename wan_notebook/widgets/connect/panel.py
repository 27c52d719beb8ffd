"""Binds the connect panel to what it does: check, connect, or use the simulator."""

from collections.abc import Callable, Mapping

from wan_notebook.catalog import DEFAULT_REGION, REGIONS, WanError, base_url, text
from wan_notebook.service import ApiKey
from wan_notebook.tasks import Studio, check
from wan_notebook.widgets.connect.connect import Answer, ConnectWidget
from wan_notebook.widgets.slotted import show

WORDS = (
    "title",
    "key",
    "key_help",
    "region",
    "region_help",
    "workspace",
    "workspace_help",
    "address",
    "address_help",
    "more",
    "connect",
    "check",
    "demo",
)

Settings = Mapping[str, str | None]
Connect = Callable[[Settings], Studio]


class ConnectPanel:
    """What `wan.connect()` shows in a notebook that has no key yet.

    Args:
        connect: makes the studio of the given settings (region, workspace, address, api_key) current.
        demo: makes the simulator's studio current.
        reason: why the panel is shown, for readers who see no widget.
    """

    def __init__(self, connect: Connect, demo: Callable[[], Studio], reason: str) -> None:
        self._connect = connect
        self._demo = demo
        self._reason = reason
        self.widget = ConnectWidget(
            {"connect": self._connected, "check": self._checked, "demo": self._simulated},
            words={name: text(f"widgets.connect.{name}") for name in WORDS},
            regions=list(REGIONS),
        )

    def _checked(self, message: Mapping[str, str]) -> Answer:
        return self._answered(lambda: say_good(message))

    def _connected(self, message: Mapping[str, str]) -> Answer:
        return self._answered(lambda: self._say_connected(message))

    def _simulated(self, _message: Mapping[str, str]) -> Answer:
        return self._answered(lambda: connected(self._demo()))

    def _say_connected(self, message: Mapping[str, str]) -> Answer:
        ask(message)
        return connected(self._connect(settings(message)))

    def _answered(self, act: Callable[[], Answer]) -> Answer:
        """Return what came of an action; the outermost boundary of the callback."""
        try:
            return act()
        except WanError as error:
            return {"sentence": str(error), "tone": "bad"}
        except Exception as error:  # noqa: BLE001 - a callback's traceback would vanish in a log
            reason = f"{type(error).__name__}: {error}"
            return {"sentence": text("widgets.connect.internal", reason=reason), "tone": "bad"}

    def _ipython_display_(self) -> None:
        show(self.widget, self._reason)


def settings(message: Mapping[str, str]) -> dict[str, str | None]:
    """Return the filled-in fields as settings; an empty key is one too, and is refused as such."""
    filled = {name: message[name] or None for name in ("region", "workspace", "address")}
    return {**filled, "api_key": message["key"]}


def ask(message: Mapping[str, str]) -> None:
    """Ask the service about the filled-in address and key, without cost.

    Raises:
        WanError: one of them cannot be used, or the service does not know the key there.
    """
    chosen = settings(message)
    url = base_url(chosen["region"] or DEFAULT_REGION, chosen["workspace"], chosen["address"])
    check(url, ApiKey(message["key"]))


def say_good(message: Mapping[str, str]) -> Answer:
    """Return the answer to a check, which raises when it is not good."""
    ask(message)
    return {"sentence": text("widgets.connect.good"), "tone": "good"}


def connected(studio: Studio) -> Answer:
    """Return the one line that stays: where connected, spent today."""
    return {"sentence": repr(studio), "tone": "connected", "connected": True}
