"""The experiment a notebook holds: its parts in one place; each method is a thin door."""

import weakref
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from wan_notebook import tasks
from wan_notebook.catalog import Notice, SettingError, place, text
from wan_notebook.experiments.outcome import Outcome, gather
from wan_notebook.experiments.planning.checks import ArmProblem, problems
from wan_notebook.experiments.planning.costing import Costing, Size, costing, size
from wan_notebook.experiments.planning.errors import PlanError
from wan_notebook.experiments.planning.keeping import kept_plan
from wan_notebook.experiments.planning.plan import Cell, Plan
from wan_notebook.experiments.planning.sentences import Sentences
from wan_notebook.experiments.running.agreeing import agreed
from wan_notebook.experiments.running.cells import CellState, states
from wan_notebook.experiments.running.pump import Terms
from wan_notebook.experiments.running.run import Run, active, taken_back
from wan_notebook.records import Budget, Experiments, Per, Store, Stored
from wan_notebook.tasks import NotConnectedError, Studio, in_notebook

if TYPE_CHECKING:
    from pandas import DataFrame

    from wan_notebook.experiments.comparing.comparison import BlockComparison
    from wan_notebook.experiments.report import Verdict, Written
    from wan_notebook.experiments.voting.exchanging import Imported
    from wan_notebook.experiments.voting.panel import VotePanel


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
        plan = Plan.of(name, model=model, base=base, arms=arms, seeds=seeds, cases=cases, voters=voters)
        self._take(plan, None)
        with suppress(NotConnectedError):
            self.check()

    def _take(self, plan: Plan, archive: Store | None) -> None:
        self._design, self._archive = plan, archive
        if archive is not None:
            weakref.finalize(self, archive.close)
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
        return self._design.name

    @property
    def design(self) -> Plan:
        """What is compared with what."""
        return self._design

    @property
    def studio(self) -> Studio:
        """Where it runs: the current studio; from its first run in this kernel on the one it ran in.

        Raises:
            NotConnectedError: there is none yet.
            SettingError: this is an archive, which cannot be run.
        """
        if self._archive is not None:
            raise SettingError(text("experiments.error.archive", name=self.name))
        return self._studio or tasks.current()

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
        return kept_plan(self.store, self._design)

    def problems(self) -> Sentences[ArmProblem]:
        """Return everything that keeps it from being run, by arm and field, all at once."""
        try:
            check = self.studio.problems
        except (SettingError, NotConnectedError):
            return Sentences(self._design.problems())
        return Sentences(problems(self._design, check))

    def notices(self) -> Sentences[Notice]:
        """Return remarks on what can be run, but may not do what is expected."""
        return Sentences(self._design.notices())

    def estimate(self) -> Costing:
        """Return what all of it takes: videos, billed seconds, money, time. Shown, it says so in words.

        Raises:
            PlanError: it has problems; they are all told.
            NotConnectedError: prices and times depend on where it runs, and there is no studio yet.
        """
        self._without_problems()
        place = self.studio.connection
        return costing(
            self.design,
            self.design.cells,
            region=place.region,
            simulated=place.simulated,
            expect=self.studio.expect,
        )

    def plan(self, target: float = 0.75) -> Size:
        """Return the blocks, videos and money it takes to tell a win rate from 50 % at 80 % power.

        Args:
            target: the win rate of the better arm that is to be found: 0.75 is a clear preference, 0.6 a
                slight one.

        Raises:
            PlanError: it has problems; they are all told.
            SettingError: the target is not between 0.5 and 1.
        """
        return size(self.design, self.estimate(), target)

    def run(
        self,
        budget: float | str | Decimal | None = None,
        *,
        ask: bool = True,
        retry: bool = False,
        unpriced: bool = False,
    ) -> Run:
        """Make the videos that are not there yet. This costs money unless the simulator is connected.

        Called again, in this kernel or a later one, it goes on with what is missing and sends nothing twice.

        Args:
            budget: the most the experiment may cost in all, in the currency of the connection's prices; what
                does not fit stays unsent.
            ask: whether it first says what it costs and asks: by a button in a notebook, in a terminal by a
                question.
            retry: whether cells that failed are sent again.
            unpriced: whether cells without a known price are sent under a budget.

        Raises:
            PlanError: it has problems; they are all told, and nothing was sent.
            PlanChangedError: another plan was run under this name; nothing was sent.
            SettingError: it cannot be run here, or nobody can be asked.
        """
        self._without_problems()
        cap = None if budget is None else Budget.of(budget, self.studio.currency, Per.EXPERIMENT)
        self._studio = self.studio
        run = Run(self.design, self._studio, Terms(budget=cap, retry=retry, unpriced=unpriced))
        if not ask or not run.costing.videos or (not in_notebook() and agreed(run.question)):
            run.start()
        return run

    def stop(self) -> str:
        """Take back what was not sent yet, send nothing more, and say what became of it."""
        run = active(self.studio, self.uid)
        return taken_back(self.design, self.studio, self.uid) if run is None else run.stop()

    def states(self) -> dict[Cell, CellState]:
        """Return where every cell stands."""
        return states(self.store, self.design, self.uid)

    def _without_problems(self) -> None:
        found = self.problems()
        if found:
            raise PlanError(found)

    def __repr__(self) -> str:
        words = {"name": self.name, "arms": len(self.design.arms), "blocks": len(self.design.blocks)}
        return text("experiments.sentence", **words, videos=len(self.design.cells))

    def compare(
        self, case: str | None = None, seed: int | None = None, arms: Iterable[str] | None = None
    ) -> "BlockComparison":
        """Show the videos of one block on one clock, with a choice of block and arms.

        Args:
            case: label of the case, such as "a fox"; without it and a seed the first block with all videos.
            seed: the seed.
            arms: names of 2 to 4 arms; else the first of those with a video.

        Raises:
            SettingError: there is no such case, seed or arm, or there are no two videos of the block yet.
        """
        from wan_notebook.experiments.comparing.comparison import compare_arms  # noqa: PLC0415 - as for `vote`

        return compare_arms(self, case=case, seed=seed, arms=arms)

    def vote(
        self,
        voter: str = "me",
        *,
        question: str | None = None,
        criteria: Iterable[str] = (),
        reveal: str | None = "end",
        watch: bool = True,
    ) -> "VotePanel":
        """Return a page to vote on: two videos of a block at a time, nothing telling which arm is which.

        Each answer is stored at once; called again, it goes on where the voter was. The grid of `run()` and
        the results show whose video is whose: whoever votes should not have seen them; best is a notebook of
        its own with `Experiment.open(name)`.

        Args:
            voter: name of who votes, 1 to 60 characters; each has an order of the pairs of their own.
            question: what is asked of each pair; "Which looks better?" when None.
            criteria: what is asked of each pair besides, such as ["motion", "light"].
            reveal: when the arms are told: "end", when all is answered; "vote", after each pair, whose answer
                then stays; None, never.
            watch: whether both videos must have played once before an answer counts.

        Raises:
            SettingError: this is no notebook, there is nothing to vote on yet, or an argument cannot be used.
        """
        from wan_notebook.experiments.voting.panel import vote  # noqa: PLC0415 - widgets are not needed by scripts

        return vote(self, voter=voter, question=question, criteria=criteria, reveal=reveal, watch=watch)

    def export_votes(self, path: str | Path) -> Path:
        """Write the votes that count to a file ending in .csv or .json, and return it.

        Raises:
            SettingError: it cannot be written.
        """
        from wan_notebook.experiments.voting.exchanging import export_votes  # noqa: PLC0415 - as above

        return export_votes(self, path)

    def import_votes(self, path: str | Path) -> "Imported":
        """Add the votes of such a file, all or none; one that is here already is not added again.

        Raises:
            SettingError: the experiment was not run yet, or there are problems in the file; all are named.
        """
        from wan_notebook.experiments.voting.exchanging import import_votes  # noqa: PLC0415 - as above

        return import_votes(self, path)

    def outcome(self, *, criterion: str = "", question: str | None = None) -> Outcome:
        """Return plan, videos and votes as they are now, and what follows from them, as data.

        Args:
            criterion: a further criterion that was voted on; "" for the question itself.
            question: which question, where several were asked; else the one with the most votes.

        Raises:
            SettingError: nothing of the kind was asked; the sentence names what was.
            NotConnectedError: there is no studio yet.
        """
        return gather(self.design, self.store, self.check(), criterion=criterion, question=question)

    def results(
        self, of: str = "arms", /, *, criterion: str = "", question: str | None = None
    ) -> "DataFrame":
        """Return the results as a DataFrame.

        Args:
            of: "arms" (a row an arm), "pairs" (of arms), "cells", "votes" or "voters"; the columns are
                told of in `wan_notebook.experiments.results`.
            criterion: as for `outcome`.
            question: so too.

        Raises:
            SettingError: there is no such table, or nothing of the kind was asked.
        """
        from wan_notebook.experiments.results import results  # noqa: PLC0415 - the table's code, when asked for

        return results(self.outcome(criterion=criterion, question=question), of)

    def verdict(self, *, criterion: str = "", question: str | None = None) -> "Verdict":
        """Return what the votes allow to say; a cell shows it in words.

        Args:
            criterion: as for `outcome`.
            question: so too.
        """
        from wan_notebook.experiments.report import Verdict  # noqa: PLC0415 - pages, when asked for

        return Verdict(self.outcome(criterion=criterion, question=question))

    def report(self, path: str | Path, *, videos: bool = False, question: str | None = None) -> "Written":
        """Write a report: one file that opens offline and tells all of the experiment.

        Args:
            path: the file, ending in ".html"; an earlier report of this name is replaced, nothing else is.
            videos: whether the videos are in the file, up to 500 MB; else it links to them where they lie.
            question: as for `outcome`; all criteria asked for with it are in the report.

        Raises:
            SettingError: the name cannot be used, or the videos are too large for one file.
        """
        from wan_notebook.experiments.report import report  # noqa: PLC0415 - as above

        return report(self.outcome(question=question), place(path), videos=videos)

    def share(self, folder: str | Path, *, question: str | None = None) -> "Written":
        """Write a folder of static pages that open offline, with copies of the videos.

        Args:
            folder: new, empty, or made by this before; other files in it stay.
            question: as for `outcome`.

        Raises:
            SettingError: the experiment was not run yet, or the folder holds something else.
        """
        from wan_notebook.experiments.report.sharing import share  # noqa: PLC0415 - as above

        return share(self.outcome(question=question), place(folder))

    def export(self, path: str | Path) -> "Written":
        """Write plan, tasks, votes and videos into one zip file, which `Experiment.load` reads.

        It names the voters and holds prompts, requests and costs, but no key, account or address.

        Raises:
            SettingError: the experiment was not run yet, or the file cannot be written.
        """
        from wan_notebook.experiments.archives.archive import export  # noqa: PLC0415 - as above

        return export(self.store, self.check(), self.name, place(path))

    @classmethod
    def load(cls, path: str | Path, folder: str | Path | None = None) -> Self:
        """Return the experiment of such a file, unpacked; it can be looked at and voted on, but not run.

        Args:
            path: the zip file.
            folder: where it is unpacked; else a new folder beside it, named after the experiment. The same
                file loaded again is opened where it lies, with the votes since.

        Raises:
            SettingError: it is no such file, it is damaged, or it cannot be unpacked there.
        """
        from wan_notebook.experiments.archives.unpacking import load  # noqa: PLC0415 - as above

        store, stored = load(place(path), None if folder is None else place(folder))
        return cls.kept(stored, store)

    def _repr_html_(self) -> str:
        from wan_notebook.experiments.report.card import shown  # noqa: PLC0415 - as above

        return shown(self.outcome).html
