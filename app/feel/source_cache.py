"""Keeps what sources were compiled to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SourceCache(Generic[T]):
    """Looks up without a lock. When all sources together grow longer than `characters`, the oldest go.

    What is bounded is the length, because a character of source may become half a kilobyte of tree and closures.
    """

    def __init__(self, compile_source: Callable[[str], T], characters: int) -> None:
        self._compile = compile_source
        self._left = characters
        self._kept: dict[str, T] = {}
        self._lock = threading.Lock()

    def __call__(self, source: str) -> T:
        found = self._kept.get(source)
        return self._new(source) if found is None else found

    def _new(self, source: str) -> T:
        made = self._compile(source)
        with self._lock:
            if source not in self._kept:
                self._kept[source] = made
                self._left -= len(source) + 1
            while self._left < 0:
                oldest = next(iter(self._kept))
                del self._kept[oldest]
                self._left += len(oldest) + 1
        return made
