"""What all temporal values have in common."""

from __future__ import annotations


class Temporal:
    """A value on a line of its kind. `key` is the place on that line. Times and moments are of two kinds that
    cannot be compared with one another: local ones, of which nobody knows where on earth they are, and others.
    """

    __slots__ = ()

    @property
    def key(self) -> int:
        raise NotImplementedError

    @property
    def is_local(self) -> bool:
        return False
