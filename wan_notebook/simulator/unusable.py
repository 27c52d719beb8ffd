"""Why a task fails for the media its request names."""


class UnusableError(Exception):
    """Media cannot be had, or are not what the service takes.

    Args:
        code: the service's code.
        message: the service's words.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
