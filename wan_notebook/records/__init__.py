"""The records: one committed row per paid generation, in SQLite beside the notebook, and as a DataFrame."""

from wan_notebook.records.budget import Budget, BudgetError, Left, Per
from wan_notebook.records.errors import RecordsError, TakenError
from wan_notebook.records.experiments import Experiments, Stored
from wan_notebook.records.file import FILE_NAME
from wan_notebook.records.filters import Filters
from wan_notebook.records.frames import frame, totals
from wan_notebook.records.glance import glance
from wan_notebook.records.owners import LEASE, Owner
from wan_notebook.records.record import Record
from wan_notebook.records.store import Store
from wan_notebook.records.sums import Sum
from wan_notebook.records.uploads import Uploads
from wan_notebook.records.votes import Choice, Vote, Votes

__all__ = [
    "FILE_NAME",
    "LEASE",
    "Budget",
    "BudgetError",
    "Choice",
    "Experiments",
    "Filters",
    "Left",
    "Owner",
    "Per",
    "Record",
    "RecordsError",
    "Store",
    "Stored",
    "Sum",
    "TakenError",
    "Uploads",
    "Vote",
    "Votes",
    "frame",
    "glance",
    "totals",
]
