"""The checked-in lists of cases that are known to fail: no case is lost unseen, and none is won unseen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

Key = tuple[str, ...]
"""What identifies a case in its suite; the columns of the list before `reason`."""


class ListBroken(Exception):
    """The list of expected failures cannot be used as it stands."""


class Expectations:
    """A list of expected failures with one reason each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reasons: dict[Key, str] = {}
        with path.open(encoding="utf-8", newline="") as file:
            self.header, *rows = csv.reader(file)
        if self.header[-1:] != ["reason"]:
            raise ListBroken(f"{path.name}: the last column must be `reason`.")
        for row in rows:
            *key, reason = row
            if len(row) != len(self.header) or not reason.strip():
                raise ListBroken(f"{path.name}: a case has no reason: {', '.join(row)}")
            if tuple(key) in self.reasons:
                raise ListBroken(f"{path.name}: a case is listed twice: {', '.join(key)}")
            self.reasons[tuple(key)] = reason.strip()

    def judge(self, passed: Mapping[Key, bool], *, complete: bool = True) -> list[str]:
        """One line per case that does not behave as listed.

        :param passed: every case that ran, and whether it passed.
        :param complete: whether all cases ran, so that a listed case that did not is one that does not exist.
        """
        lost = [f"fails, not expected: {_named(key)}" for key, ok in passed.items() if not ok and not self._has(key)]
        won = [f"passes, listed as failing: {_named(key)}" for key, ok in passed.items() if ok and self._has(key)]
        gone = [f"listed, but there is no such case: {_named(key)}" for key in self.reasons if key not in passed]
        return [*lost, *won, *(gone if complete else [])]

    def _has(self, key: Key) -> bool:
        return key in self.reasons

    def prune(self, passing: Iterable[Key]) -> int:
        """Take the cases that pass out of the list. Returns how many."""
        gone = set(passing) & self.reasons.keys()
        self.reasons = {key: reason for key, reason in self.reasons.items() if key not in gone}
        if gone:
            self._write()
        return len(gone)

    def _write(self) -> None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows([*key, reason] for key, reason in self.reasons.items())
        self.path.write_text(text.getvalue(), "utf-8")


def _named(key: Key) -> str:
    return " · ".join(key)
