"""Who does what is offered: everybody of the company who may, one of them by dice."""

import random
from collections.abc import Iterable

import sqlalchemy as sa

from app.db import db
from app.engine.models import UserTask
from app.people import access
from app.people.models import User
from app.people.person import Person, load_people


class Staff:
    """The people of the company, who does not change while business goes on."""

    def __init__(self) -> None:
        people = load_people(db.session.scalars(sa.select(User.id).where(User.active).order_by(User.id)))
        self._people = {person.username: person for person in people.values()}
        self._holders: dict[tuple[str, str], list[Person]] = {}

    def holders(self, role: str, unit: str = "") -> list[Person]:
        """Return who holds a role at a unit or above it, anywhere when none is named."""
        found = self._holders.get((role, unit))
        if found is None:
            found = [person for person in self._people.values() if access.holds(person, role, unit or None)]
            self._holders[role, unit] = found
        return found

    def offered(self, task: UserTask, dice: random.Random) -> list[Person]:
        """Return who may do a task, in the order in which they are asked; nobody when it is offered to nobody."""
        asked = self._able(task)
        dice.shuffle(asked)
        return asked

    def may_do(self, task: UserTask) -> bool:
        """Tell whether anybody at all may do a task."""
        return bool(self._able(task))

    def _able(self, task: UserTask) -> list[Person]:
        if task.assignee is not None:
            return self._named([task.assignee])
        able = {person.username: person for role, unit in task.candidates for person in self.holders(role, unit)}
        named = {person.username: person for person in self._named(task.candidate_users or ())}
        return list((named | able).values())

    def _named(self, usernames: Iterable[str]) -> list[Person]:
        return [self._people[name] for name in usernames if name in self._people]
