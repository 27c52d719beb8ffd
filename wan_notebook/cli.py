"""The command `wan-notebook`: thin doors to the rooms, one function a command."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from wan_notebook.catalog import SettingError, text

MAXIMUM_PORT = 65_535


class _Parser(argparse.ArgumentParser):
    """A parser that answers bad arguments with one sentence instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with code 2."""
        self.exit(2, text("cli.error", message=message, command=self.prog) + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 well, 1 not possible, 2 wrong arguments."""
    chosen = _parser().parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except SettingError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="wan-notebook", description=text("cli.description"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    simulate = commands.add_parser(
        "simulate",
        help=text("cli.simulate.help"),
        prog="wan-notebook simulate",
        epilog=text("cli.simulate.fault_kinds"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_simulate(simulate)
    return parser


def _add_simulate(parser: argparse.ArgumentParser) -> None:
    """Describe `simulate`; a setting that is not given keeps its own default."""
    parser.set_defaults(run=_simulate)
    parser.argument_default = argparse.SUPPRESS
    own = parser.add_argument
    many: dict[str, Any] = {"action": "append", "dest": "disturbances", "default": []}
    own("--port", type=_port, default=0, help=text("cli.simulate.port"))
    own("--folder", type=Path, default=Path(".wan_simulator"), help=text("cli.simulate.folder"))
    own("--run-seconds", type=_range, metavar="LOW:HIGH", help=text("cli.simulate.run_seconds"))
    own("--queue-seconds", type=_range, metavar="LOW:HIGH", help=text("cli.simulate.queue_seconds"))
    own("--no-limits", action="store_false", dest="limits", help=text("cli.simulate.no_limits"))
    own("--bad-keys", type=_words, metavar="KEY,KEY", help=text("cli.simulate.bad_keys"))
    own("--sixth", choices=("wait", "refuse"), help=text("cli.simulate.sixth"))
    own("--faults", choices=("task", "call"), help=text("cli.simulate.faults"))
    own("--fault", type=_fault, **many, metavar="WHERE:WHAT[:HOW OFTEN]", help=text("cli.simulate.fault"))
    own("--caption", choices=("prompt",), help=text("cli.simulate.caption"))
    own("--idle-minutes", type=float, metavar="N", help=text("cli.simulate.idle_minutes"))


def _simulate(chosen: argparse.Namespace) -> int:
    """Run the simulator until Ctrl-C."""
    from wan_notebook import simulator  # noqa: PLC0415 - each command loads its own room

    settings = {name: value for name, value in vars(chosen).items() if name not in {"run", "port", "folder"}}
    settings["disturbances"] = tuple(chosen.disturbances)

    def ready(running: simulator.Running) -> None:
        print(text("cli.simulate.ready", base_url=running.base_url), flush=True)

    simulator.serve(chosen.folder, simulator.Settings(**settings), chosen.port, ready)
    return 0


def _range(written: str) -> tuple[float, float]:
    """Read ``"3:6"`` as (3.0, 6.0) and ``"4"`` as (4.0, 4.0)."""
    low, _, high = written.partition(":")
    try:
        return float(low), float(high or low)
    except ValueError:
        raise argparse.ArgumentTypeError(text("cli.simulate.range", value=written)) from None


def _fault(written: str) -> Any:
    from wan_notebook.simulator import Disturbance  # noqa: PLC0415 - each command loads its own room

    try:
        return Disturbance.read(written)
    except SettingError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _port(written: str) -> int:
    if not (written.isascii() and written.isdigit() and int(written) <= MAXIMUM_PORT):
        raise argparse.ArgumentTypeError(text("cli.simulate.port_value", value=written))
    return int(written)


def _words(written: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in written.split(",") if word.strip())


if __name__ == "__main__":
    sys.exit(main())
