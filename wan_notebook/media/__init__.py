"""What a media file on this machine is: its true format, pixels, seconds; read from headers, remembered.

Nothing here looks at a file's ending, opens a second file or an address because a file says so, or holds more
of a file than its headers in memory.
"""

from wan_notebook.media.addresses import data_uri, guess_kind
from wan_notebook.media.bare import bare_copy
from wan_notebook.media.errors import Trouble, UnreadableMediaError
from wan_notebook.media.facts import Kind, MediaFacts
from wan_notebook.media.files import read, sha256
from wan_notebook.media.thumbnails import thumbnail

__all__ = [
    "Kind",
    "MediaFacts",
    "Trouble",
    "UnreadableMediaError",
    "bare_copy",
    "data_uri",
    "guess_kind",
    "read",
    "sha256",
    "thumbnail",
]
