"""The steps of a process: who does what, what follows, and what may come between."""

import dataclasses
from collections.abc import Iterator, Mapping

from app.desk.service_tasks import SERVICE_TASKS
from app.i18n import localised
from app.i18n import text as _
from app.kernel.model import Element, FlowModel, Trigger
from app.studio.comparing.labels import part_name, setting_name
from app.studio.handbook.course import Course
from app.studio.handbook.words import Cast, Words, called, moment, name_of, trigger_name

PURPOSES = {task.type: task for task in SERVICE_TASKS}
SENDING = frozenset(("intermediateThrowEvent", "endEvent"))


@dataclasses.dataclass(frozen=True, slots=True)
class Way:
    """What follows: on what condition (None for always), and where; `number` is 0 for what is no step."""

    condition: Words | None
    name: str
    number: int
    ends: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A table, form or process that a step uses."""

    kind: str
    id: str


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """Something that starts, interrupts, or is waited for or sent. `at` is the step at whose edge it stands."""

    name: str
    kind: str
    trigger: str
    what: Words
    sends: bool
    starts: bool
    interrupting: bool
    at: str
    ways: tuple[Way, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One numbered step. `facts` are settings by their names."""

    id: str
    number: int
    name: str
    kind: str
    lane: str
    who: tuple[Words, ...]
    note: str
    purpose: str
    facts: tuple[tuple[str, Words], ...]
    uses: tuple[Link, ...]
    ways: tuple[Way, ...]
    events: tuple[Event, ...]


def steps_of(course: Course, notes: Mapping[str, str], uses: Mapping[str, list[Link]]) -> list[Step]:
    """Every step in its order; `notes` are the documentation and `uses` the links, both by element."""
    cast = Cast()
    return [
        _step(course, element, notes.get(element.id, ""), tuple(uses.get(element.id, ())), cast)
        for element in course.elements
        if element.id in course.numbers
    ]


def _step(course: Course, element: Element, note: str, uses: tuple[Link, ...], cast: Cast) -> Step:
    return Step(
        id=element.id,
        number=course.numbers[element.id],
        name=called(element),
        kind=part_name(element.kind),
        lane=name_of(element.lane) if element.lane else "",
        who=cast.who(element) if element.kind == "userTask" else (),
        note=note,
        purpose=_purpose(element),
        facts=tuple(_facts(element)),
        uses=uses,
        ways=ways(course, element),
        events=tuple(event for edge in course.attached(element.id) for event in events_of(course, edge)),
    )


def _purpose(element: Element) -> str:
    """What the program does there."""
    task = PURPOSES.get(element.job.type) if element.job else None
    return localised(task.purpose) if task else ""


def _facts(element: Element) -> Iterator[tuple[str, Words]]:
    schedule, loop = element.schedule, element.loop
    if schedule.due_date:
        yield setting_name("taskSchedule.dueDate"), moment(schedule.due_date)
    if element.priority:
        yield setting_name("priorityDefinition.priority"), _expression(element.priority)
    if loop is not None and loop.collection:
        key = "loopCharacteristics.inputCollection"
        yield setting_name(key), _expression(loop.collection)
    if element.script is not None:
        yield setting_name("script.expression"), _expression(element.script.expression)
    for trigger in element.triggers:
        yield trigger_name(trigger), _of(trigger)


def _expression(written: str) -> Words:
    return Words(written.removeprefix("="), code=True)


def ways(course: Course, element: Element) -> tuple[Way, ...]:
    """What follows on an element, with the conditions."""
    return tuple(_way(course, element, flow) for flow in course.leaving(element.id))


def _way(course: Course, element: Element, flow: FlowModel) -> Way:
    target = course.reached(flow.target)
    name = called(target) if target else flow.target
    number = course.numbers.get(target.id, 0) if target else 0
    return Way(_condition(element, flow), name, number, ends=target is not None and target.kind == "endEvent")


def _condition(element: Element, flow: FlowModel) -> Words | None:
    if name := name_of(flow):
        return Words(name)
    if flow.id == element.default_flow:
        return Words(_("otherwise"))
    return _expression(flow.condition) if flow.condition else None


def events_of(course: Course, element: Element) -> Iterator[Event]:
    """What an event waits for or sends; nothing for an element that does neither."""
    for trigger in element.triggers:
        host = next((one for one in course.elements if one.id == element.attached_to), None)
        yield Event(
            name=called(element),
            kind=trigger.kind,
            trigger=trigger_name(trigger),
            what=_of(trigger),
            sends=element.kind in SENDING,
            starts=element.kind == "startEvent",
            interrupting=element.interrupting,
            at=called(host) if host else "",
            ways=ways(course, element),
        )


def _of(trigger: Trigger) -> Words:
    if trigger.expression:
        return moment(trigger.expression)
    return Words(trigger.name or trigger.code or "", code=True)
