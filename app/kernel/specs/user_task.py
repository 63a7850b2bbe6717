"""Work for a person: whom it is offered to, and what its listeners are asked about before it changes."""

from __future__ import annotations

from typing import Any

from app.kernel import farewells, library, transitions
from app.kernel.evaluation import as_names, as_number, as_person, as_time
from app.kernel.events import TaskChanged
from app.kernel.listeners import Answer
from app.kernel.specs.activities import Activity
from app.kernel.specs.base import Payload
from app.kernel.token import Token


class UserTask(Activity, library.UserTask):
    """Whom it is offered to is evaluated on arrival."""

    def enter(self, token: Token) -> bool:
        if "bye" not in token.memo:
            return super().enter(token)
        farewells.go_on(token)
        return False

    def work(self, token: Token) -> bool:
        if "tr" in token.memo:
            return self._asked(token)
        offer = self._offer(token)
        if not self.element.listening("creating"):
            return self._place(token, offer)
        transitions.begin(token, "creating", offer)
        return self._asked(token)

    def completed(self, token: Token, payload: dict[str, Any]) -> None:
        transitions.must_be_idle(token)
        if not self.element.listening("completing"):
            super().completed(token, payload)
            return
        transitions.begin(token, "completing", {}, payload)
        token._ready()  # noqa: SLF001 - the library has no public name

    def answered(self, token: Token, event: str, variables: Payload, answer: Answer) -> None:
        if event == "canceling":
            farewells.answered(token)
        elif event in transitions.EVENTS:
            transitions.answered(token, answer)
        else:
            super().answered(token, event, variables, answer)

    def offered(self, token: Token) -> dict[str, Any]:
        """The wait of the task as the diagram says it now; nobody is asked about it."""
        return _wait(self._offer(token))

    def _asked(self, token: Token) -> bool:
        """Ask the next listener; after the last one, do what was asked about."""
        if not transitions.heard(token):
            return False
        done = token.memo.pop("tr")
        event, changes = done["e"], done["d"]
        if event == "creating":
            return self._place(token, changes)
        if changes:
            token.workflow.outbox.append(TaskChanged(token.id, self.element.id, event, transitions.told(changes)))
        if event != "completing":
            return False
        del token.memo["w"]
        if "v" in done:
            token.memo["v"] = done["v"]
        return True

    def _place(self, token: Token, offer: dict[str, Any]) -> bool:
        """Open the task; whom the diagram assigns it to is asked about then."""
        assignee = offer.pop("a", None) if self.element.listening("assigning") else None
        token.wait_for(**_wait(offer))
        if not assignee:
            return False
        transitions.begin(token, "assigning", {"a": assignee})
        return self._asked(token)

    def _offer(self, token: Token) -> dict[str, Any]:
        said, schedule = self.element.assignment, self.element.schedule
        return {
            "a": as_person(token, said.assignee, "assignee"),
            "g": self._groups(token),
            "u": as_names(token, said.candidate_users, "candidateUsers"),
            "due": _epoch(token, schedule.due_date, "dueDate"),
            "fu": _epoch(token, schedule.follow_up_date, "followUpDate"),
            "pr": None if self.element.priority is None else as_number(token, self.element.priority, "priority"),
        }

    def _groups(self, token: Token) -> list[str]:
        """The groups the diagram names; a task that names nobody belongs to the role of its lane."""
        said, lane = self.element.assignment, self.element.lane
        if said.candidate_groups is None and said.candidate_users is None and said.assignee is None:
            return [lane.group] if lane is not None and lane.group else []
        return as_names(token, said.candidate_groups, "candidateGroups")


def _wait(offer: dict[str, Any]) -> dict[str, Any]:
    return {"k": "user", **{key: value for key, value in offer.items() if value not in (None, "", [])}}


def _epoch(token: Token, text: str | None, place: str) -> float | None:
    time = as_time(token, text, place)
    return None if time is None else time.timestamp()
