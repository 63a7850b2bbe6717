"""What one person does: takes a request, fills in a task's form, writes down an answer from outside."""

import random
import typing as t
from collections.abc import Callable, Mapping

import orjson

from app import engine
from app.engine.models import MessageSubscription, UserTask
from app.errors import Forbidden, NotFound
from app.forms import Form, parse_form
from app.people.person import Person
from app.scenarios.business.answering import Answering
from app.scenarios.business.habits import Arrival, Habits, drawn
from app.scenarios.business.market import Device
from app.scenarios.business.staff import Staff

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""A PNG of one pixel, for forms that want a photograph."""


class Acting:
    """Acts in the name of the staff. What is refused is raised."""

    def __init__(self, habits: Habits, staff: Staff, dice: random.Random) -> None:
        self._habits = habits
        self._staff = staff
        self._dice = dice
        self._devices: dict[int, Device] = {}
        self._filled_in: set[tuple[int, str]] = set()
        self._forms: dict[tuple[str | None, int | None], Form] = {}

    def start(self, arrival: Arrival, device: Device) -> None:
        """Somebody at the device's place takes a request; its case is about the device from then on."""
        people = self._staff.holders(arrival.by, device.unit) or self._somebody(arrival.by)
        values = drawn(arrival.values, {"device": device.context()}, self._dice)
        started = engine.start_instance(self._dice.choice(people), arrival.process, values)
        if started.case_id is not None:
            self._devices.setdefault(started.case_id, device)

    def complete(self, task: UserTask) -> None:
        """Whoever may does a task; who did a step that is to be separate from it leaves it to somebody else."""
        people = self._staff.offered(task, self._dice)
        for person in people[:-1]:
            try:
                return self._fill_in(person, task)
            except Forbidden:
                continue
        if not people:
            raise NotFound("scenarios.nobody", by=", ".join("@".join(filter(None, one)) for one in task.candidates))
        return self._fill_in(people[-1], task)

    def answer(self, wait: MessageSubscription) -> None:
        """Whoever may writes down what the world outside answered."""
        person = self._dice.choice(self._somebody(wait.record_role or ""))
        opened = engine.open_answer(person, wait.key)
        form = self._form(wait.record_form, None, opened.schema)
        data = self._filled(form, opened.data, wait, dict)
        engine.record_answer(person, wait.key, data)

    def _somebody(self, role: str) -> list[Person]:
        found = self._staff.holders(*role.split("@"))
        if not found:
            raise NotFound("scenarios.nobody", by=role)
        return found

    def _fill_in(self, person: Person, task: UserTask) -> None:
        opened = engine.open_form(person, task.key)
        form = self._form(opened.form_id, opened.version, opened.schema)
        data = self._filled(form, opened.data, task, lambda: _photograph(person, task.key))
        engine.complete_task(person, task.key, data)

    def _filled(
        self,
        form: Form | None,
        opened: Mapping[str, t.Any],
        row: UserTask | MessageSubscription,
        paper: Callable[[], Mapping[str, t.Any]],
    ) -> Mapping[str, t.Any]:
        if form is None:
            return opened
        device = self._devices.get(row.case_id) if row.case_id is not None else None
        place = (row.instance_key, row.element_id)
        answering = Answering(row.element_id, self._habits, self._dice, paper, again=place in self._filled_in)
        self._filled_in.add(place)
        return answering.fill(form, opened, device.context() if device else {})

    def _form(self, form_id: str | None, version: int | None, schema: t.Any) -> Form | None:
        """Forms are read once; nobody changes them while business goes on."""
        if schema is None:
            return None
        if (form_id, version) not in self._forms:
            self._forms[form_id, version] = parse_form(orjson.dumps(schema))
        return self._forms[form_id, version]


def _photograph(person: Person, task_key: int) -> Mapping[str, t.Any]:
    kept = engine.attach(person, engine.Place(task_key=task_key), "photo.png", PICTURE)
    return {"documentId": str(kept.key), "fileName": kept.name}
