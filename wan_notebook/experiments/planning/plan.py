"""The plan of an experiment: checked, kept as JSON, compared with another."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from wan_notebook.catalog import Notice, SettingError, text
from wan_notebook.experiments.planning.changes import differences
from wan_notebook.experiments.planning.checks import ArmProblem, notices, problems
from wan_notebook.experiments.planning.scheme import Block, Cell, Scheme
from wan_notebook.experiments.planning.typed import arms_of, base_of, cases_of, plain, seeds_of, voters_of

__all__ = ["ArmProblem", "Block", "Cell", "Plan"]


@dataclass(frozen=True)
class Plan(Scheme):
    """All that decides what an experiment makes and how many votes it needs; see `Scheme` for its parts."""

    @classmethod
    def of(cls, name: str, *, model: Any, base: Any, arms: Any, seeds: Any, cases: Any, voters: Any) -> Self:
        """Return the plan of what a user has typed; whether it can be run is for `problems()` to say.

        Raises:
            SettingError: a part is of another kind than it must be, such as an arm that is no mapping.
        """
        if not isinstance(name, str):
            raise SettingError(text("experiments.typed.name", value=repr(name)))
        return cls(
            name=name,
            model=plain("model", model),
            base=base_of(base),
            arms=arms_of(arms),
            seeds=seeds_of(seeds),
            cases=cases_of(cases),
            voters=voters_of(voters),
        )

    def problems(self) -> list[ArmProblem]:
        """Return everything that keeps the experiment from being run, all at once."""
        return problems(self)

    def notices(self) -> list[Notice]:
        """Return remarks on what can be run, but may not do what is expected."""
        return notices(self)

    def as_json(self) -> str:
        """Return the plan as JSON."""
        return json.dumps({name: getattr(self, name) for name in _NAMES}, ensure_ascii=False)

    @classmethod
    def of_json(cls, kept: str) -> Self:
        """Return the plan of such JSON."""
        values = json.loads(kept)
        return cls(**{**values, "seeds": tuple(values["seeds"]), "cases": tuple(values["cases"])})

    def pinned(self, files: Mapping[str, str]) -> Self:
        """Return the plan with the checksums of its files."""
        return replace(self, files=dict(files))

    def differences(self, other: "Plan") -> list[str]:
        """Return one sentence for each thing another plan has otherwise; the order of arms is none."""
        return differences(self, other)


_NAMES = ("name", "model", "base", "arms", "seeds", "cases", "voters", "files")
