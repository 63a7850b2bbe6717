"""What this process remembers between commands: variables of instances it moved last, and what to do after commits."""

import threading
import typing as t
from collections import OrderedDict
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.engine.running import Variables

REMEMBERED = 2_000
_WAITING = "engine_after_commit"


class VariableMemory:
    """Variables by instance, valid only together with the instance's version, which grows with every change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, tuple[int, Variables]] = OrderedDict()

    def get(self, instance_key: int, version: int) -> Variables | None:
        """Return the variables as of that version, if they are remembered."""
        with self._lock:
            kept = self._kept.get(instance_key)
            if kept is None or kept[0] != version:
                return None
            self._kept.move_to_end(instance_key)
            return kept[1]

    def put(self, instance_key: int, version: int, variables: Variables) -> None:
        """Remember what a committed command left."""
        with self._lock:
            self._kept[instance_key] = (version, variables)
            self._kept.move_to_end(instance_key)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)

    def forget(self, instance_key: int) -> None:
        """Drop an instance that has ended."""
        with self._lock:
            self._kept.pop(instance_key, None)


def after_commit(session: t.Any, act: Callable[[], None]) -> None:
    """Do something once the present transaction has committed; nothing happens when it rolls back."""
    session.info.setdefault(_WAITING, []).append(act)


def listen(sessions: t.Any) -> None:
    """Serve `after_commit` for all sessions of a registry; once per process, however many apps it makes."""
    if not sa.event.contains(sessions, "after_commit", _committed):
        sa.event.listen(sessions, "after_commit", _committed)
        sa.event.listen(sessions, "after_rollback", _rolled_back)


def _committed(session: Session) -> None:
    # The library calls this for savepoints too; what they release is not yet committed.
    if not session.in_nested_transaction():
        for act in session.info.pop(_WAITING, []):
            act()


def _rolled_back(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_WAITING, None)
