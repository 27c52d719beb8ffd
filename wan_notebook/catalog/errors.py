"""The errors a user can meet, from one root.

    WanError
    ├── SettingError         a region, address, key, folder or file that cannot be used
    ├── UnknownModelError    a model id the catalogue does not have
    ├── RequestError         inputs a model does not take; carries every problem
    └── ServiceError         what the service or the way to it said (`wan_notebook.service.errors`)

Each message is one sentence: what, the value, the limit, the remedy.
"""


class WanError(Exception):
    """Root of all errors this package raises on purpose."""


class SettingError(WanError, ValueError):
    """A setting that cannot be used; nothing was sent."""


class UnknownModelError(WanError, ValueError):
    """A model id the catalogue does not have; nothing was sent."""
