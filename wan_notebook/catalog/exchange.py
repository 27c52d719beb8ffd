"""What goes in and out of a request as text, and its way from one family of models to the next."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Self

from wan_notebook.catalog.inputs import Inputs
from wan_notebook.catalog.migration import Migrated, migrated
from wan_notebook.catalog.models import find_model
from wan_notebook.catalog.regions import base_url as region_url
from wan_notebook.catalog.snippets import Given, Sending, curl, plain, python, read_curl, read_python


class Exchanged(Inputs):
    """Inputs that can be read from text and written as text. `Request` is the one there is."""

    _elsewhere: frozenset[str]

    @abstractmethod
    def draft(self) -> dict[str, Any]:
        """Return the body as far as it can be built."""

    @classmethod
    @abstractmethod
    def from_body(cls, body: Mapping[str, Any] | str) -> Self:
        """Return what a body was made from."""

    @classmethod
    def from_curl(cls, text: str) -> Self:
        """Return the request that a curl command sends; the first create call of several commands.

        Raises:
            SettingError: there is none in the text, or its JSON cannot be read.
            UnknownModelError: the catalogue has no such model.
        """
        return cls.from_body(read_curl(text))

    @classmethod
    def from_python(cls, text: str) -> Self:
        """Return the request that Python code sends, which is only read, never run.

        Read are HTTP calls with a JSON body, calls of the official SDK, `wan.generate` and `wan.Request`;
        the first of them is taken. Values must be written out, or stand in names set before.

        Raises:
            SettingError: there is no such call, or only running the code would tell what it sends.
            UnknownModelError: the catalogue has no such model.
        """
        found = read_python(text)
        return cls.from_body(_placed(found) if isinstance(found, Given) else found)

    def to_curl(self, base_url: str | None = None) -> str:
        """Return a curl command that sends it; problems are not looked at.

        The key is not in it: the command reads DASHSCOPE_API_KEY. Paths stay paths; a comment says where.

        Args:
            base_url: address of the service; the usual one of Beijing by default.

        Raises:
            SettingError: the address cannot be used.
        """
        base = region_url(custom=base_url)
        return curl(self.draft(), f"{base}/{self._model.path}")

    def to_python(self, flavour: str = "requests", *, base_url: str | None = None) -> str:
        """Return Python code that sends it and waits for its task; problems are not looked at.

        The key is not in it: the code reads DASHSCOPE_API_KEY.

        Args:
            flavour: "requests" for plain HTTP, "dashscope" for the official SDK (1.25.16 or newer), "wan" for
                this package. The SDK sends each parameter in its documented place.
            base_url: address of the service; the usual one of Beijing by default.

        Raises:
            SettingError: there is no such flavour, or the address cannot be used.
        """
        sending = Sending(
            body=plain(self.draft()),
            base=region_url(custom=base_url),
            path=self._model.path,
            custom=base_url is not None,
            usual=not self._elsewhere,
        )
        return python(sending, flavour)

    def to_wan27(self) -> Migrated[Self]:
        """Return the request for the model of wan2.7 that replaces its own, and what changed, in sentences.

        A request for a model that nothing replaces comes back as it is, without changes.
        """
        if self._model.successor is None:
            return Migrated(self, ())
        values, changes = migrated(self)
        moved = Given(self._model.successor, values)
        return Migrated(self.from_body(_placed(moved)), changes)


def _placed(given: Given) -> dict[str, Any]:
    """Return the body of parameters by name, each in its documented place."""
    model = find_model(given.model)
    body: dict[str, Any] = {"model": given.model, "input": {}, "parameters": {}}
    for name, value in given.values.items():
        field = model.field(name)
        body[field.place if field else "parameters"][name] = value
    return body
