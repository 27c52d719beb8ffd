"""The calls a notebook makes, in one place; each is a thin door to a room."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from wan_notebook import tasks
from wan_notebook.catalog import DEFAULT_REGION, Request, SettingError, each, price_lists, text, use_prices
from wan_notebook.catalog import place as at
from wan_notebook.records import Budget, Filters, Per, Store, frame
from wan_notebook.records import totals as sums
from wan_notebook.service import NoKeyError
from wan_notebook.tasks import Folders, Studio, Task, budgets_frame, in_notebook, remote_frame

if TYPE_CHECKING:
    import pandas as pd

    from wan_notebook.experiments.comparing.comparison import Comparison
    from wan_notebook.tasks import Resumed
    from wan_notebook.widgets import ConnectPanel, Form

Place = str | Path
Places = Place | Sequence[Place] | None
PRICED = ["model", "scope", "resolution", "sound"]
"""What a price is for; of two lists the first that has one is right."""


def connect(
    *,
    region: str | None = None,
    workspace: str | None = None,
    base_url: str | None = None,
    api_key: str | None = None,
    home: Place | None = None,
    log: Place | None = None,
    videos: Place | None = None,
    mirror: str | None = None,
) -> "Studio | ConnectPanel":
    """Connect to the service and make that the current studio. Every argument is optional.

    In a notebook without a key it returns a panel that asks for one.

    Args:
        region: "beijing" (default), "singapore", "virginia", "frankfurt", "tokyo" or "hongkong"; key, model
            and region must belong together.
        workspace: workspace id; its own host is then used ("trial": the trial address of the region).
        base_url: another address, for instance a simulator started by hand.
        api_key: the key; else `DASHSCOPE_API_KEY`, else the SDK's key file.
        home: folder of the task log; else `WAN_NOTEBOOK_HOME`, else beside the notebook.
        log: file of the task log; else `wan_runs.sqlite` in `home`.
        videos: folder of the videos; else `wan_videos` in `home`.
        mirror: a folder, or an address such as "s3://bucket/folder", that gets a copy of each video;
            needs the extra `storage`.

    Raises:
        SettingError: one of them cannot be used; nothing was sent.
    """
    folders = _folders(home, log, videos)

    def make(settings: Mapping[str, str | None]) -> Studio:
        return tasks.connect(**settings, folders=folders, present=_present, mirror=mirror)

    try:
        return make({"region": region, "workspace": workspace, "address": base_url, "api_key": api_key})
    except NoKeyError as missing:
        if not in_notebook():
            raise
        from wan_notebook.widgets import ConnectPanel  # noqa: PLC0415 - heavy, and not needed by scripts

        return ConnectPanel(make, lambda: demo(home=home, log=log, videos=videos), str(missing))


def demo(
    *,
    region: str = DEFAULT_REGION,
    home: Place | None = None,
    log: Place | None = None,
    videos: Place | None = None,
    run_seconds: tuple[float, float] | None = None,
) -> Studio:
    """Use the simulator: no key, no cost, real MP4 files. It is started or joined, and made current.

    Args:
        region: whose prices are shown.
        home: folder of the task log; else `WAN_NOTEBOOK_HOME`, else beside the notebook.
        log: file of the task log; else `wan_runs.sqlite` in `home`.
        videos: folder of the videos; else `wan_videos` in `home`.
        run_seconds: how long a simulated task runs, shortest and longest; used when it is started here.

    Raises:
        SettingError: it cannot be started.
    """
    return tasks.demo(
        region=region,
        folders=_folders(home, log, videos),
        run_seconds=run_seconds,
        present=_present,
    )


def form(model: str = "wan2.7-t2v", /, **values: Any) -> "Form":
    """Return a form for a model, its fields filled with `values`; a cell that ends with it shows it.

    Raises:
        UnknownModelError: the catalogue has no such model.
        NotConnectedError: neither `demo()` nor `connect()` was called.
    """
    from wan_notebook.widgets import Form  # noqa: PLC0415 - heavy, and not needed by scripts

    return Form(model, tasks.current(), **values)


def generate(
    model: str | Request, /, *, tags: Iterable[str] = (), unpriced: bool = False, **values: Any
) -> Task:
    """Send one request and return its task at once. This costs money unless the simulator is connected.

    Args:
        model: a model id with its parameters as `values`, or a finished `Request`.
        tags: words of your own for the log.
        unpriced: whether it may be sent under a budget though its price is not known.
        **values: parameters by the service's names.

    Raises:
        RequestError: the inputs have problems; all are named and nothing was sent.
        BudgetError: it could cost more than a budget has left; nothing was sent.
    """
    request = model.changed(**values) if isinstance(model, Request) else Request(model, **values)
    return tasks.current().submit(request, tags=tags, unpriced=unpriced)


def log(home: Places = None, **filters: Unpack[Filters]) -> "pd.DataFrame":
    """Return the task log as a DataFrame, one row a task, newest last.

    Args:
        home: one folder or several; the current studio's by default.
        **filters: only rows like these: `model`, `status`, `experiment`, `simulated`, and `since` (a date, a
            time, or a length of time ago).
    """
    with _stores(home) as stores:
        return frame(stores[0] if len(stores) == 1 else stores, **filters)


def totals(home: Places = None, **filters: Unpack[Filters]) -> "pd.DataFrame":
    """Return what was spent, a row for each currency, simulated and real money apart.

    Args:
        home: one folder or several; the current studio's by default.
        **filters: as for `log`.
    """
    with _stores(home) as stores:
        return sums(stores, **filters)


def prices(file: Place | None = None) -> "pd.DataFrame":
    """Return every known price as a DataFrame, a row for each model, scope and resolution, per second.

    Args:
        file: a price list of your own, in the form of the package's `prices.toml`; from now on it is asked
            first. Without one, `WAN_NOTEBOOK_PRICES` or the file in your configuration folder is.

    Raises:
        SettingError: a price list cannot be used; the one before stays in force.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, and not needed for anything else here

    if file is not None:
        use_prices(at(file))
    rows = [row for listed in price_lists() for row in listed.quotes()]
    return pd.DataFrame(rows).astype({"low": float, "high": float}).drop_duplicates(PRICED)


def task(task_id: str) -> Task:
    """Return the handle of a logged task; one still under way is followed again, without a create call.

    Raises:
        NoTaskError: the log has no such id.
    """
    return tasks.current().task(task_id)


def resume(*, submit: bool = False) -> "Resumed":
    """Carry on every task that was under way when a kernel ended, and fetch missing videos.

    Args:
        submit: whether tasks that were never sent are sent now; without it there is no create call.

    Returns:
        The tasks as a list; shown, it says what is done with which, and what is gone and why.
    """
    return tasks.current().resume(submit=submit)


def budget(
    amount: float | str | Decimal | None = None,
    /,
    *,
    currency: str | None = None,
    per: str = Per.TOTAL,
    off: bool = False,
) -> "pd.DataFrame":
    """Set the most that may be spent, and return how far each budget in force is used.

    A task is sent only if all it may cost fits, those under way included, in all notebooks that share the
    log. Real money and the simulator's play money count apart.

    Args:
        amount: the cap; without it nothing changes.
        currency: its currency, "CNY" or "USD"; else that of the connected region's prices.
        per: "day", "notebook", "experiment" or "total"; one budget each.
        off: takes the budget of this span out of force instead.

    Raises:
        SettingError: the amount is no sum, or there is no such span.
    """
    studio = tasks.current()
    if off:
        studio.no_budget(Budget.of(0, "", per).per)
    elif amount is not None:
        studio.budget(Budget.of(amount, currency or studio.currency, per))
    return budgets_frame(studio.left())


def remote_tasks(hours: float = 24) -> "pd.DataFrame":
    """Return the account's tasks of the last hours as the service lists them, those of other programs too.

    Args:
        hours: how far back; the service knows 24.

    Returns:
        A row a task, newest first: `task_id`, `model`, `status`, `created`, `started`, `ended` (UTC), and
        `row`, its number in the task log, <NA> when it is not there: `wan.adopt(task_id)` takes it in.

    Raises:
        ServiceError: the list could not be had.
        SettingError: `hours` is no number of hours.
    """
    studio = tasks.current()
    try:
        since = timedelta(hours=hours)
    except (TypeError, ValueError, OverflowError):
        raise SettingError(text("tasks.studio.hours", value=repr(hours))) from None
    listed = studio.remote(since)
    return remote_frame(listed, studio.store)


def adopt(task_id: str, /, *, tags: Iterable[str] = ()) -> Task:
    """Take a task of your account into the log that was made elsewhere, follow it, and save its video.

    Raises:
        NoTaskError: the service does not list it.
        ServiceError: the service could not be asked.
    """
    return tasks.current().adopt(task_id, tags=tags)


def show(task_id: str) -> None:
    """Show a logged task in this cell: its progress, or its video."""
    task(task_id)._ipython_display_()


def compare(*videos: Task | Place) -> "Comparison":
    """Show two to four videos on one clock: side by side, wiped, overlaid, or their difference.

    Args:
        *videos: tasks whose video is saved, or paths of video files.

    Raises:
        SettingError: they are too few or too many, or one has no video; all of those are named.
    """
    from wan_notebook.experiments.comparing.comparison import compare as compared  # noqa: PLC0415 - as in `form`

    return compared(*videos)


def _present(shown: Task, studio: Studio) -> None:
    if not in_notebook():
        from IPython.display import display  # noqa: PLC0415 - only who displays has IPython loaded

        display({"text/plain": repr(shown)}, raw=True)
        return
    from wan_notebook.widgets import show_task  # noqa: PLC0415 - heavy, and not needed by scripts

    show_task(shown, studio)


def _folders(home: Place | None, log: Place | None, videos: Place | None) -> Folders:
    """Return the places given, "~" written out."""
    places = {"home": home, "log": log, "videos": videos}
    return Folders(**{name: at(place) for name, place in places.items() if place is not None})


def _opened(place: Place) -> Store:
    """Open the records of a folder, or those in a file."""
    path = at(place)
    return Store.open(path.parent, name=path.name) if path.is_file() else Store.open(path)


@contextmanager
def _stores(home: Places) -> Iterator[list[Store]]:
    if home is None:
        try:
            home = tasks.current().store.file
        except tasks.NotConnectedError:
            home = tasks.default_home()
    with ExitStack() as opened:
        yield [opened.enter_context(closing(_opened(place))) for place in each(home)]
