"""Requests as text: curl commands, Python code and JSON, read and written.

Nothing that is read is run. What is read becomes a plain body; what is written is made from one.
"""

from wan_notebook.catalog.snippets.body import Body, plain, read_body
from wan_notebook.catalog.snippets.calls import Given
from wan_notebook.catalog.snippets.curl import curl, read_curl
from wan_notebook.catalog.snippets.python import read_python
from wan_notebook.catalog.snippets.writing import FLAVOURS, Sending, python

__all__ = [
    "FLAVOURS",
    "Body",
    "Given",
    "Sending",
    "curl",
    "plain",
    "python",
    "read_body",
    "read_curl",
    "read_python",
]
