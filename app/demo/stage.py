"""Where stories are played: acts become calls of the real engine in the name of the company's people."""

import random
import typing as t
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from app import clock, engine
from app.db import db
from app.demo.acts import DUE, TODAY, Act, Answers, Data, Do, Record, Remark, Request, Start
from app.demo.photo import photo
from app.desk import cases, requests
from app.desk.models import Document
from app.engine.models import MessageSubscription, UserTask
from app.errors import Invalid
from app.people import access
from app.people.models import User
from app.people.person import Person, load_people

OWN_SHARE = 0.25
"""How often a demonstration account does what colleagues of an outlet could do as well."""


class NotYet(Exception):
    """The act's task is not open yet; try again later."""


class StoryBroken(Exception):
    """The story and the process library contradict each other."""


class Stage:
    """Plays acts of cases."""

    def __init__(self, app: Flask, dice: random.Random) -> None:
        self._app = app
        self._dice = dice
        people = load_people(db.session.scalars(sa.select(User.id).where(User.demo)))
        self._people = {person.username: person for person in people.values()}
        self._photos = 0

    def play(self, act: Act, case_id: int | None) -> int | None:
        """Do one act and everything that becomes due by it; returns the case it belongs to.

        Raises NotYet, and StoryBroken when the engine refuses what the story wants.
        """
        try:
            found = self._play(act, case_id)
        except Invalid as invalid:
            raise StoryBroken(f"{act} is refused: {invalid.fields or invalid.code}") from invalid
        engine.run_due(self._app)
        return found

    def _play(self, act: Act, case_id: int | None) -> int | None:
        if isinstance(act, Start):
            started = engine.start_instance(self._people[act.by], act.process, act.variables, start_event=act.event)
            return started.case_id
        if isinstance(act, Request):
            return requests.take_request(self._people[act.by], act.values).case_id
        assert case_id is not None
        if isinstance(act, Do):
            self._complete(act, case_id)
        elif isinstance(act, Record):
            self._record(act, case_id)
        elif isinstance(act, Remark):
            engine.add_comment(self._people[act.by], engine.Place(case_id=case_id), act.text)
        return case_id

    def _complete(self, act: Do, case_id: int) -> None:
        task = _open_task(act, case_id)
        person = self._people[act.by] if act.by else self._somebody(task)
        data = engine.open_form(person, task.key).data
        answers = _resolved(act.answers, data, case_id)
        if act.photo:
            answers = {**answers, act.photo: [self._photograph(person, task.key)]}
        engine.complete_task(person, task.key, {**data, **answers})

    def _record(self, act: Record, case_id: int) -> None:
        db.session.rollback()
        query = sa.select(MessageSubscription).where(
            MessageSubscription.case_id == case_id, MessageSubscription.element_id == act.element
        )
        wait = db.session.scalars(query).first()
        if wait is None:
            raise NotYet
        person = self._people[act.by] if act.by else self._holder(wait.record_role or "")
        data = engine.open_answer(person, wait.key).data
        engine.record_answer(person, wait.key, {**data, **_resolved(act.answers, data, case_id)})

    def _photograph(self, person: Person, task_key: int) -> dict[str, t.Any]:
        self._photos += 1
        kept = engine.attach(person, engine.Place(task_key=task_key), f"photo-{self._photos}.png", photo(self._photos))
        return {"documentId": str(kept.key), "fileName": kept.name}

    def _somebody(self, task: UserTask) -> Person:
        """Whoever has the task, otherwise a colleague of the place or the role's demonstration account."""
        if task.assignee:
            return self._people[task.assignee]
        for role, unit in task.candidates:
            able = [person for person in self._people.values() if access.holds(person, role, unit or None)]
            local = [person for person in able if not person.everywhere_roles]
            if local and self._dice.random() > OWN_SHARE:
                return self._dice.choice(local)
            if able:
                return next((person for person in able if person.username == role), able[0])
        raise StoryBroken(f"Nobody of the company may do {task.element_id} offered to {task.candidates}")

    def _holder(self, group: str) -> Person:
        role = group.partition("@")[0]
        return self._people[role]


def _open_task(act: Do, case_id: int) -> UserTask:
    db.session.rollback()
    query = sa.select(UserTask).where(
        UserTask.case_id == case_id, UserTask.element_id == act.element, UserTask.state == "created"
    )
    for task in db.session.scalars(query.order_by(UserTask.key)):
        if not act.at or any(act.at in pair for pair in task.candidates):
            return task
    raise NotYet


def _resolved(answers: Answers | Callable[[Data], Answers], data: Data, case_id: int) -> Answers:
    given = answers(data) if callable(answers) else answers
    return {name: _present(value, case_id) for name, value in given.items()}


def _present(value: t.Any, case_id: int) -> t.Any:
    """Put the day and the amount of this very moment in their places."""
    if value == TODAY:
        return cases.company_day(clock.now()).isoformat()
    if value == DUE:
        query = sa.select(Document.content).where(Document.case_id == case_id, Document.kind == "quotation")
        content = db.session.scalars(query.order_by(Document.id.desc())).first() or {}
        return content.get("signed_total") or content.get("total")
    return value
