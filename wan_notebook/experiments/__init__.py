"""Prompt A/B experiments: a plan of paired videos, blind votes, and what the votes allow to say."""

from wan_notebook.experiments.arms import grid
from wan_notebook.experiments.experiment import Experiment

__all__ = ["Experiment", "grid"]
