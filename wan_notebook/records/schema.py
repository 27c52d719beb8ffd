"""The SQL tables, made from the description of a record."""

from sqlalchemy import BigInteger, Column, Double, Integer, MetaData, Table, Text

from wan_notebook.records.record import COLUMNS


def tasks_table(version: int) -> Table:
    """Return the table of tasks as a version of the schema had it."""
    columns = [
        Column(column.name, column.kind.sql, nullable=column.optional, **column.sql)
        for column in COLUMNS.values()
        if column.since <= version
    ]
    return Table("tasks", MetaData(), *columns)


UPLOADS = Table(
    "uploads",
    MetaData(),
    Column("base_url", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("uploaded_at", BigInteger, nullable=False),
)
"""What lies in the service's upload store; an address there is bound to model and account."""

BUDGETS = Table(
    "budgets",
    MetaData(),
    Column("per", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
)
"""The budgets in force, one for each kind of span they are counted over; amounts in billionths."""

LEASES = Table(
    "owners",
    MetaData(),
    Column("owner", Text, primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
)
"""Open studios in a folder without file locks, and until when each counts as open."""

EXPERIMENTS = Table(
    "experiments",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("plan", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
"""The plan of each experiment that was run, as JSON; its uid begins the click ids of its tasks."""

VOTES = Table(
    "votes",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("vote_id", Text, nullable=False, unique=True),
    Column("experiment", Text, nullable=False, index=True),
    Column("voter", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("criterion", Text, nullable=False),
    Column("case", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("left", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("choice", Text, nullable=False),
    Column("shown_at", BigInteger, nullable=False),
    Column("voted_at", BigInteger, nullable=False),
    Column("watch_s", Double, nullable=False),
    Column("undone_at", BigInteger),
)
"""Votes on pairs of arms within a block; an undone one stays and is not counted. Times in microseconds."""

STEPS_TAKEN = Table(
    "schema_steps",
    MetaData(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("what", Text, nullable=False),
    Column("applied_at", BigInteger, nullable=False),
)
"""The migrations a file has been through; the highest is its version."""
