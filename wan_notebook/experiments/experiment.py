"""The experiment a notebook holds: its parts in one place; each method is a thin door."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Self

from wan_notebook import tasks
from wan_notebook.catalog import Notice, SettingError, text
from wan_notebook.experiments.checks import ArmProblem, problems
from wan_notebook.experiments.errors import PlanChangedError
from wan_notebook.experiments.plan import Plan
from wan_notebook.experiments.sentences import Sentences
from wan_notebook.records import Experiments, Store, Stored
from wan_notebook.tasks import NotConnectedError, Studio


class Experiment:
    """A fair comparison of arms: each runs in every block, which is a case with a seed.

    Nothing is sent before `run()`. The plan is kept at the first run; from then on the same name with other
    inputs is refused, so that what was voted on is what was planned.

    Args:
        name: 1 to 80 characters; under it the experiment is found again, in a later kernel too.
        model: id of the model of arms that name none.
        base: values of every arm, by the service's names.
        arms: 2 to 12; what each adds or changes, by its name. Any field, `model` too. See `wan.grid`.
        seeds: seeds of each case.
        cases: words for the names in braces, such as `{"who": "a fox"}` for `{who}`.
        voters: how many people are to vote on each pair.

    Raises:
        SettingError: a part is of another kind than it must be.
        PlanChangedError: another plan was already run under this name.
    """

    def __init__(
        self,
        name: str,
        /,
        *,
        arms: Mapping[str, Mapping[str, Any]],
        model: str = "wan2.7-t2v",
        base: Mapping[str, Any] | None = None,
        seeds: Iterable[int] = (1,),
        cases: Iterable[Mapping[str, Any]] = (),
        voters: int = 1,
    ) -> None:
        self._plan = Plan.of(name, model=model, base=base, arms=arms, seeds=seeds, cases=cases, voters=voters)
        with suppress(NotConnectedError):
            self.check()

    def _take(self, plan: Plan, archive: Store | None) -> None:
        self._plan, self._archive = plan, archive
        self._studio: Studio | None = None

    @classmethod
    def open(cls, name: str) -> Self:
        """Return an experiment that was run before, by its name.

        Raises:
            SettingError: none was run under this name.
        """
        store = tasks.current().store
        kept = Experiments(store).find(name)
        if kept is None:
            known = ", ".join(Experiments(store).names()) or text("experiments.error.none")
            raise SettingError(text("experiments.error.unknown", name=repr(name), known=known))
        return cls.kept(kept)

    @classmethod
    def kept(cls, kept: Stored, archive: Store | None = None) -> Self:
        """Return the experiment of a kept plan; with an archive's records it can only be looked at."""
        made = cls.__new__(cls)
        made._take(Plan.of_json(kept.plan), archive)  # noqa: SLF001 - one of our own kind, just made
        return made

    @property
    def name(self) -> str:
        """Its name."""
        return self._plan.name

    @property
    def design(self) -> Plan:
        """What is compared with what."""
        return self._plan

    @property
    def studio(self) -> Studio:
        """Where it runs: the studio that was current at first use.

        Raises:
            NotConnectedError: there is none yet.
            SettingError: this is an archive, which cannot be run.
        """
        if self._archive is not None:
            raise SettingError(text("experiments.error.archive", name=self.name))
        if self._studio is None:
            self._studio = tasks.current()
        return self._studio

    @property
    def store(self) -> Store:
        """The records that keep its videos and votes.

        Raises:
            NotConnectedError: there is no studio yet.
        """
        return self._archive if self._archive is not None else self.studio.store

    @property
    def uid(self) -> str | None:
        """The unique id its tasks and votes bear; None before the first run."""
        kept = self.check()
        return None if kept is None else kept.uid

    def check(self) -> Stored | None:
        """Return what the records keep of it, None before the first run.

        Raises:
            PlanChangedError: another plan was run under this name.
        """
        kept = Experiments(self.store).find(self.name)
        if kept is not None:
            changed = self._plan.differences(Plan.of_json(kept.plan))
            if changed:
                raise PlanChangedError(self.name, changed)
        return kept

    def problems(self) -> Sentences[ArmProblem]:
        """Return everything that keeps it from being run, by arm and field, all at once."""
        try:
            check = self.studio.problems
        except (SettingError, NotConnectedError):
            return Sentences(self._plan.problems())
        return Sentences(problems(self._plan, check))

    def notices(self) -> Sentences[Notice]:
        """Return remarks on what can be run, but may not do what is expected."""
        return Sentences(self._plan.notices())
