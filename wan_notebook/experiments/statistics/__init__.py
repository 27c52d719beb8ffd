"""What votes on pairs allow to say; pure functions of plain data, each with its method and source."""

from wan_notebook.experiments.statistics.agreements import Agreement, agreement
from wan_notebook.experiments.statistics.corrections import holm
from wan_notebook.experiments.statistics.costs import (
    cost_per_preferred,
    mean_interval,
    ratio_interval,
    share_interval,
)
from wan_notebook.experiments.statistics.decisions import Decision, Kind, PairDecision, decide
from wan_notebook.experiments.statistics.intervals import LEVEL, Interval, Share, percent
from wan_notebook.experiments.statistics.position import PositionBias, position_bias
from wan_notebook.experiments.statistics.preferences import Preference
from wan_notebook.experiments.statistics.sizes import needed_blocks, size_sentence, textbook_blocks
from wan_notebook.experiments.statistics.strengths import Strength, Strengths, strengths
from wan_notebook.experiments.statistics.win_rates import WinRate, against_others, win_rate

__all__ = [
    "LEVEL",
    "Agreement",
    "Decision",
    "Interval",
    "Kind",
    "PairDecision",
    "PositionBias",
    "Preference",
    "Share",
    "Strength",
    "Strengths",
    "WinRate",
    "against_others",
    "agreement",
    "cost_per_preferred",
    "decide",
    "holm",
    "mean_interval",
    "needed_blocks",
    "percent",
    "position_bias",
    "ratio_interval",
    "share_interval",
    "size_sentence",
    "strengths",
    "textbook_blocks",
    "win_rate",
]
