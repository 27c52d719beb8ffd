"""Rows whose create call may have made a task nobody knows the id of."""

from sqlalchemy import select

from wan_notebook.catalog import Status
from wan_notebook.records.file import RecordsFile
from wan_notebook.records.migrations import TASKS
from wan_notebook.records.owners import living
from wan_notebook.records.record import Record


def in_question(file: RecordsFile, base_url: str, account: str) -> list[tuple[Record, bool]]:
    """Return the rows of one account whose answer was lost, or is awaited; of each, whether it is awaited.

    Raises:
        RecordsError: the file could not be read, with the reason.
    """
    status, owner = TASKS.c.status, TASKS.c.owner
    ours = (TASKS.c.base_url == base_url, TASKS.c.account == account)
    asked = status.in_((Status.UNCONFIRMED, Status.SUBMITTING))
    with file.writing() as connection:
        sending = connection.scalars(select(owner).where(status == Status.SUBMITTING, *ours).distinct())
        alive = living(connection, file, [name for name in sending if name is not None])
        rows = connection.execute(TASKS.select().where(asked, *ours).order_by(TASKS.c.row)).all()
    records = [Record.decoded(row) for row in rows]
    return [(record, record.status is Status.SUBMITTING and record.owner in alive) for record in records]
