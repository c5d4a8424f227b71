"""What is wrong with a request → the status and the words with which it is turned away."""

from __future__ import annotations


class Refused(Exception):
    """A request that no provider gets to see. The message is told to the application and to people."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
