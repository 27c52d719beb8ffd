"""Which contents lie in the service's upload store, so that each is sent once (protocol.md, section 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects.sqlite import insert

from wan_notebook.records.kinds import MOMENT
from wan_notebook.records.schema import UPLOADS
from wan_notebook.records.store import Store

LIFE = timedelta(hours=48)
"""How long an address in the upload store lives."""
MARGIN = timedelta(hours=1)
"""An address is not used in its last hour: the task that names it may wait before the service fetches it."""


@dataclass(frozen=True, kw_only=True)
class Uploads:
    """The uploads of one account at one address.

    Attributes:
        store: the records that keep them.
        base_url: the API's address.
        account: salted hash of the key's account.
    """

    store: Store
    base_url: str
    account: str

    def find(self, model: str, sha256: str, now: datetime) -> str | None:
        """Return the `oss://` address of a content for a model, None when there is none that still lives."""
        where = [UPLOADS.c[name] == value for name, value in self._key(model, sha256).items()]
        alive = UPLOADS.c.uploaded_at > MOMENT.encode(now - LIFE + MARGIN)
        rows = self.store.read(UPLOADS.select().where(*where, alive))
        return rows[0].url if rows else None

    def keep(self, model: str, sha256: str, url: str, now: datetime) -> None:
        """Commit where a content was sent to.

        Raises:
            RecordsError: nothing was written, with the reason.
        """
        values = {"url": url, "uploaded_at": MOMENT.encode(now)}
        statement = insert(UPLOADS).values(**self._key(model, sha256), **values)
        keys = [column.name for column in UPLOADS.primary_key]
        with self.store.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))

    def _key(self, model: str, sha256: str) -> dict[str, str]:
        return {"base_url": self.base_url, "account": self.account, "model": model, "sha256": sha256}
