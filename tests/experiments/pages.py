"""Reads a page as a browser would, and tells what it would fetch."""

from html.parser import HTMLParser
from typing import Any

FETCHING = {"src", "href", "poster", "srcset", "data", "action", "formaction", "background", "xlink:href"}
"""Attributes whose value a browser goes to, at once or at a click."""


class Page(HTMLParser):
    """What a page holds.

    Attributes:
        tags: its elements with their attributes, in order.
        words: its text, without scripts and styles.
        addresses: what it would fetch or lead to.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self._words: list[str] = []
        self.addresses: list[str] = []
        self._inside: list[str] = []
        self.feed(html)
        self.close()

    @property
    def words(self) -> str:
        """Its text, blanks made one."""
        return " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and where it leads."""
        self.tags.append((tag, dict(attrs)))
        self._inside.append(tag)
        self.addresses += [value for name, value in attrs if name in FETCHING and value is not None]

    def handle_endtag(self, tag: str) -> None:
        """Note its end."""
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note text that is read by people."""
        if not {"script", "style"} & set(self._inside):
            self._words.append(data)

    def named(self, tag: str) -> list[dict[str, Any]]:
        """Return the attributes of every element of a name."""
        return [attributes for name, attributes in self.tags if name == tag]
