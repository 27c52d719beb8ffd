"""The plan the records keep, and whether it is still the one that is meant."""

from wan_notebook.experiments.planning.errors import PlanChangedError
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.records import Experiments, Store, Stored


def kept_plan(store: Store, plan: Plan) -> Stored | None:
    """Return what the records keep under the name of a plan, None before its first run.

    Raises:
        PlanChangedError: it is another plan.
    """
    kept = Experiments(store).find(plan.name)
    if kept is not None:
        refuse_changed(plan, kept)
    return kept


def refuse_changed(plan: Plan, kept: Stored) -> None:
    """Refuse another plan than the one that is kept.

    Raises:
        PlanChangedError: with what differs.
    """
    changed = plan.differences(Plan.of_json(kept.plan))
    if changed:
        raise PlanChangedError(plan.name, changed)
