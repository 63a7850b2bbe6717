"""What listeners of a user task are asked about: creating, assigning, updating, completing.

The memo holds it under `tr`: `e` event, `n` listeners that are done, `d` what changes, `v` what the task was completed
with. Until the last listener is done nothing has changed; one that denies ends it and the task stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.kernel.errors import TaskBusy, WrongAnswer
from app.kernel.events import TaskDenied
from app.kernel.listeners import Answer, job_of

if TYPE_CHECKING:
    from app.kernel.token import Token

LETTERS = {
    "assignee": "a",
    "candidate_groups": "g",
    "candidate_users": "u",
    "due_date": "due",
    "follow_up_date": "fu",
    "priority": "pr",
}
"""What may change about a task, by its name in `UserWait`, with its letter in the blob."""
EVENTS = frozenset(("creating", "assigning", "updating", "completing"))


def begin(token: Token, event: str, changes: Mapping[str, Any], payload: Mapping[str, Any] | None = None) -> None:
    """Ask the listeners of an event from the token's next step on. `changes` are by letter."""
    must_be_idle(token)
    token.memo["tr"] = {"e": event, "n": 0, "d": dict(changes)} | ({"v": dict(payload)} if payload else {})


def must_be_idle(token: Token) -> None:
    """Raise TaskBusy while listeners are asked about something else."""
    if "tr" in token.memo:
        raise TaskBusy(token=token.id, event=token.memo["tr"]["e"])


def heard(token: Token) -> bool:
    """Park at the next listener's job, with the task still open beside it; True when there is none left."""
    asked = token.memo["tr"]
    if asked["n"] >= len(token.task_spec.element.listening(asked["e"])):
        return True
    token.memo["w"] = [*kept(token), job_of(token, asked["e"], asked["n"])]
    return False


def kept(token: Token) -> list[dict[str, Any]]:
    """The wait of the open task itself, which stays while listeners are asked; none while it is being created."""
    return [wait for wait in token.memo.get("w", ()) if wait["k"] == "user" and "tr" in token.memo]


def answered(token: Token, answer: Answer) -> None:
    """One listener has been heard: the next one is asked, or the task stays as it was."""
    asked, corrections = token.memo["tr"], stored(answer.corrections)
    if answer.denied:
        _deny(token, asked, answer.reason)
        return
    asked["d"].update(corrections)
    asked["n"] += 1
    token.memo["w"] = kept(token)
    token._ready()  # noqa: SLF001 - the library has no public name


def _deny(token: Token, asked: Mapping[str, Any], reason: str) -> None:
    token.memo["w"] = kept(token)
    del token.memo["tr"]
    token.workflow.outbox.append(TaskDenied(token.id, token.task_spec.element.id, asked["e"], reason))


def stored(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes by letter and ready for JSON."""
    unknown = next((name for name in changes if name not in LETTERS), None)
    if unknown is not None:
        raise WrongAnswer(name=unknown)
    return {LETTERS[name]: _plain(value) for name, value in changes.items()}


def told(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes by name, as they stand in `UserWait`."""
    return {name: _value(letter, changes[letter]) for name, letter in LETTERS.items() if letter in changes}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return list(value) if isinstance(value, tuple) else value


def _value(letter: str, value: Any) -> Any:
    if letter in ("due", "fu") and value is not None:
        return datetime.fromtimestamp(value, UTC)
    return tuple(value or ()) if letter in ("g", "u") else value
