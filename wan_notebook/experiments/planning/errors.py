"""What keeps an experiment from being run."""

from collections.abc import Sequence

from wan_notebook.catalog import SettingError, text
from wan_notebook.experiments.planning.checks import ArmProblem


class PlanError(SettingError):
    """An experiment with problems; nothing was sent.

    Attributes:
        problems: all of them.
    """

    def __init__(self, problems: Sequence[ArmProblem]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(f"- {one}" for one in self.problems)
        super().__init__(text("experiments.error.problems", count=len(self.problems), problems=listed))


class PlanChangedError(SettingError):
    """Another plan was already run under this name; nothing was sent.

    Attributes:
        differences: one sentence for each.
    """

    def __init__(self, name: str, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        listed = "\n".join(f"- {one}" for one in self.differences)
        super().__init__(text("experiments.error.changed", name=name, differences=listed))
