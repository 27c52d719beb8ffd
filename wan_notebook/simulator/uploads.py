"""The temporary store for files of tasks (protocol.md, section 6): permissions, objects, their end.

The folder is all there is to remember: an object's file is named by a hash of its key, its time is the file's
own, and whose it is stands in the key, signed. So nothing is lost with a restart, and no key is ever a path.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from wan_notebook.simulator.answers import (
    LINK_FORGED,
    NOT_RESOLVED,
    POST_EXPIRED,
    POST_LARGE,
    POST_STRANGER,
    POST_TAKEN,
    Fault,
    RefusedError,
)

UPLOAD_PATH = "/upload"
LARGEST_MB = 100
"""The documents' sample of max_file_size_mb (protocol.md 6)."""
POLICY_SECONDS = 300
OBJECT_SECONDS = 48 * 3600
ACCESS_KEY_ID = "SIMULATED"
SCHEME = "oss://"

_NEEDED = ("OSSAccessKeyId", "Signature", "policy", "key")
_FIXED = {"x-oss-object-acl": "private", "x-oss-forbid-overwrite": "true"}
"""Fields whose value the permission prescribes."""
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Post:
    """What an upload's form holds.

    Attributes:
        fields: the fields that came before the file; the storage passes over those after it.
        file: the file, at its beginning.
        size: its bytes.
    """

    fields: dict[str, str]
    file: BinaryIO
    size: int


def missing(name: str) -> Fault:
    """Return the fault of a form without a field."""
    return Fault(400, "InvalidArgument", f"Bucket POST must contain a field named '{name}'.")


def unresolved(body: object, resolve_header: str | None) -> Fault | None:
    """Return why a create call is refused that names an upload without asking for its resolution.

    Args:
        body: the call's JSON.
        resolve_header: its header X-DashScope-OssResourceResolve.
    """
    asked = (resolve_header or "").strip().lower() == "enable"
    return None if asked or not any(True for _ in upload_urls(body)) else NOT_RESOLVED


def upload_urls(value: object) -> Iterator[str]:
    """Yield every address of an upload in a JSON value."""
    if isinstance(value, str):
        if value.startswith(SCHEME):
            yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from upload_urls(inner)


class Uploads:
    """The objects of a state folder.

    Args:
        folder: where they lie; made with the first.
        secret: signs permissions.
        now: the time, to forget what is old.
    """

    def __init__(self, folder: Path, secret: bytes, now: float) -> None:
        self._folder = folder
        self._secret = secret
        for left in folder.glob(f"*{_PART}"):
            left.unlink(missing_ok=True)
        self._forget(now)

    def policy(self, account: str, model: str, origin: str, now: float) -> dict[str, Any]:
        """Return the permission to upload for an account and model, as the service words it."""
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        folder = f"dashscope-instant/{self._owner(account, model)}/{day}/{uuid4().hex}"
        conditions = {"ends": now + POLICY_SECONDS, "folder": folder}
        policy = base64.b64encode(json.dumps(conditions).encode()).decode()
        return {
            "policy": policy,
            "signature": self._signature(policy),
            "upload_dir": folder,
            "upload_host": f"{origin}{UPLOAD_PATH}",
            "expire_in_seconds": POLICY_SECONDS,
            "max_file_size_mb": LARGEST_MB,
            "capacity_limit_mb": 1_000_000,
            "oss_access_key_id": ACCESS_KEY_ID,
            "x_oss_object_acl": _FIXED["x-oss-object-acl"],
            "x_oss_forbid_overwrite": _FIXED["x-oss-forbid-overwrite"],
        }

    async def store(self, post: Post, now: float) -> None:
        """Keep the file of an upload, whole or not at all.

        Raises:
            RefusedError: the permission does not cover it, it is too large, or its key is taken.
            OSError: it cannot be written.
        """
        fault = self._fault(post, now)
        if fault is not None:
            raise RefusedError(fault)
        self._forget(now)
        target = self._path(post.fields["key"])
        part = target.with_name(f"{target.name}.{uuid4().hex}{_PART}")
        try:
            await asyncio.to_thread(_write, post, part, now)
            # Only this loop gives names, so nothing can take this one between the question and the answer.
            if target.exists():
                raise RefusedError(POST_TAKEN)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def find(self, oss_url: str, account: str, model: str, now: float) -> Path | None:
        """Return the file an ``oss://`` address leads to.

        None when there is none, it is older than 48 h, or it was uploaded by another account or for another
        model.
        """
        key = oss_url.removeprefix(SCHEME)
        owner = self._owner(account, model)
        if not oss_url.startswith(f"{SCHEME}dashscope-instant/{owner}/"):
            return None
        path = self._path(key)
        return path if path.exists() and _alive(path, now) else None

    def _fault(self, post: Post, now: float) -> Fault | None:
        """Return why the storage refuses an upload, in the order in which it looks."""
        unsigned = self._unsigned(post.fields)
        if unsigned is not None:
            return unsigned
        conditions = json.loads(base64.b64decode(post.fields["policy"]))
        if now >= conditions["ends"]:
            return POST_EXPIRED
        broken = _broken(post.fields, conditions["folder"])
        if broken is not None:
            return broken
        return POST_LARGE if post.size > LARGEST_MB * 2**20 else None

    def _unsigned(self, fields: Mapping[str, str]) -> Fault | None:
        """Return what is missing or wrong about the fields that show who permitted an upload."""
        absent = [name for name in _NEEDED if not fields.get(name)]
        if absent:
            return missing(absent[0])
        if fields["OSSAccessKeyId"] != ACCESS_KEY_ID:
            return POST_STRANGER
        given, expected = fields["Signature"], self._signature(fields["policy"])
        genuine = hmac.compare_digest(expected.encode(), given.encode(errors="replace"))
        return None if genuine else LINK_FORGED

    def _owner(self, account: str, model: str) -> str:
        """Return the part of a key that says whose it is, and for which model."""
        return self._signature(f"{account}\n{model}")[:32]

    def _signature(self, words: str) -> str:
        return hmac.new(self._secret, words.encode(errors="replace"), hashlib.sha256).hexdigest()

    def _path(self, key: str) -> Path:
        return self._folder / hashlib.sha256(key.encode(errors="replace")).hexdigest()

    def _forget(self, now: float) -> None:
        for path in self._folder.glob("*"):
            if path.suffix != _PART and not _alive(path, now):
                path.unlink(missing_ok=True)


def _alive(path: Path, now: float) -> bool:
    return now < path.stat().st_mtime + OBJECT_SECONDS


def _write(post: Post, part: Path, now: float) -> None:
    """Write a file with the time of the simulator's own clock."""
    part.parent.mkdir(exist_ok=True)
    with part.open("xb") as file:
        shutil.copyfileobj(post.file, file, 2**20)
    os.utime(part, (now, now))


def _broken(fields: Mapping[str, str], folder: str) -> Fault | None:
    """Return which condition of the permission an upload breaks."""
    name = fields["key"].removeprefix(f"{folder}/")
    wrong = [field for field, value in _FIXED.items() if fields.get(field) != value]
    if wrong:
        condition = f'["eq", "${wrong[0]}", "{_FIXED[wrong[0]]}"]'
    elif not name or name == fields["key"] or "/" in name:
        condition = f'["starts-with", "$key", "{folder}/"]'
    else:
        return None
    said = f"Invalid according to Policy: Policy Condition failed: {condition}"
    return Fault(403, "AccessDenied", said)
