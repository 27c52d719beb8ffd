"""What tasks cost, kept as sums beside them: to count a hundred thousand rows for each new one is too slow.

SQLite itself brings the sums up to date, by triggers inside the transaction that changes a task, whoever
writes it; so they hold what the rows hold at any moment, and nobody who writes needs to know of them.

    spent      SUCCEEDED: its cost, or its high estimate while that is not known; EXPIRED: its high estimate,
               as it may have been billed
    reserved   every task that is not final, QUEUED ones included: its high estimate
    nothing    FAILED, REFUSED, NOT_CREATED, CANCELED

A task is counted once for each span of a budget: in all, in its notebook, in its experiment, and in the
quarter of an hour in which it was sent, for local midnights are on quarters of an hour of UTC.
"""

from sqlalchemy import BigInteger, Boolean, Column, Connection, MetaData, Table, Text

QUARTER = 15 * 60 * 1_000_000
"""A quarter of an hour in microseconds."""
WAITING = 2**62
"""The quarter of tasks that were not sent yet: later than every other, as they count on any day."""

TALLIES = Table(
    "tallies",
    MetaData(),
    Column("span", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("quarter", BigInteger, primary_key=True),
    Column("simulated", Boolean, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("tasks", BigInteger, nullable=False),
    Column("priced", BigInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""The sums, in billionths: of how many tasks that may cost something, and how many of these have a price.

Names and currencies stand behind a "=", and "" is the lack of one.
"""

_ADD = """
INSERT INTO tallies (span, name, quarter, simulated, currency, tasks, priced, spent, reserved)
SELECT span, name, quarter, simulated, currency, {sign}1, {sign}(price IS NOT NULL),
    {sign}CASE WHEN over THEN coalesce(price, 0) ELSE 0 END,
    {sign}CASE WHEN over THEN 0 ELSE coalesce(price, 0) END
FROM (
    SELECT
        {row}.simulated AS simulated,
        coalesce('=' || {row}.currency, '') AS currency,
        {row}.status IN ('SUCCEEDED', 'EXPIRED') AS over,
        coalesce(CASE {row}.status WHEN 'SUCCEEDED' THEN {row}.cost END, {row}.estimate_high) AS price,
        spans.span AS span,
        CASE spans.span
            WHEN 'notebook' THEN coalesce('=' || {row}.notebook, '')
            WHEN 'experiment' THEN coalesce('=' || {row}.experiment, '')
            ELSE ''
        END AS name,
        CASE
            WHEN spans.span <> 'day' THEN 0
            WHEN {row}.status = 'QUEUED' THEN {waiting}
            ELSE coalesce({row}.submitted_at, {row}.created_at) / {quarter}
        END AS quarter
    FROM (
        SELECT 'total' AS span
        UNION ALL SELECT 'notebook'
        UNION ALL SELECT 'experiment'
        UNION ALL SELECT 'day'
    ) AS spans {rows}
    WHERE {row}.status NOT IN ('FAILED', 'REFUSED', 'NOT_CREATED', 'CANCELED')
)
WHERE true
ON CONFLICT (span, name, quarter, simulated, currency) DO UPDATE SET
    tasks = tasks + excluded.tasks,
    priced = priced + excluded.priced,
    spent = spent + excluded.spent,
    reserved = reserved + excluded.reserved
"""
_WATCHED = "status, cost, estimate_high, currency, simulated, notebook, experiment, submitted_at, created_at"
_EVENTS = {
    "INSERT": (("NEW", "+"),),
    f"UPDATE OF {_WATCHED}": (("OLD", "-"), ("NEW", "+")),
    "DELETE": (("OLD", "-"),),
}
"""Which changes of a task change sums, which of its rows they count, and how."""


def create_tallies(connection: Connection) -> None:
    """Make the table and what keeps it, and count the tasks there are."""
    TALLIES.create(connection)
    connection.exec_driver_sql(_add("tasks", "+", rows=", tasks"))
    for event, rows in _EVENTS.items():
        name = f"tallies_after_{event.split()[0].lower()}"
        body = ";".join(_add(row, sign) for row, sign in rows)
        connection.exec_driver_sql(f"CREATE TRIGGER {name} AFTER {event} ON tasks BEGIN {body}; END")


def _add(row: str, sign: str, rows: str = "") -> str:
    """Return the SQL that adds rows to the sums, or takes them away."""
    return _ADD.format(row=row, sign=sign, rows=rows, waiting=WAITING, quarter=QUARTER)
