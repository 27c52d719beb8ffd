"""Prompt A/B experiments: a plan of paired videos, blind votes, and what the votes allow to say."""

from wan_notebook.experiments.experiment import Experiment
from wan_notebook.experiments.planning.arms import grid

__all__ = ["Experiment", "grid"]
