"""Putting a handbook together: one version of a process with the newest tables and forms, which its new cases take."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping

from lxml import etree

from app.db import db
from app.engine import catalogue
from app.engine.catalogue import Kind
from app.i18n import language
from app.kernel.model import ProcessModel
from app.people import Person
from app.studio import drawing, library, tables, usage, versions
from app.studio.handbook.course import Course
from app.studio.handbook.fields import Row, rows
from app.studio.handbook.steps import Event, Link, Step, events_of, steps_of
from app.studio.handbook.words import called, name_of
from app.studio.tables import Decision
from app.studio.versions import Version

DOCUMENTATION = "{http://www.omg.org/spec/BPMN/20100524/MODEL}documentation"


@dataclasses.dataclass(frozen=True)
class Used:
    """A table, form or called process with the steps that use it."""

    version: Version
    title: str
    steps: tuple[tuple[int, str], ...]
    decisions: tuple[Decision, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclasses.dataclass(frozen=True)
class Handbook:
    """Everything that is printed. `events` are messages, timers and others by kind; `ends` are names."""

    version: Version
    title: str
    note: str
    drawing: str
    lanes: tuple[str, ...]
    steps: tuple[Step, ...]
    tables: tuple[Used, ...]
    forms: tuple[Used, ...]
    called: tuple[Used, ...]
    messages: tuple[Event, ...]
    timers: tuple[Event, ...]
    others: tuple[Event, ...]
    ends: tuple[tuple[str, tuple[Event, ...]], ...]

    def title_of(self, link: Link) -> str:
        """What people call something that a step uses."""
        found = (one for one in (*self.tables, *self.forms, *self.called) if one.version.kind == link.kind)
        return next((one.title for one in found if one.version.id == link.id), link.id)


def handbook(person: Person, process_id: str, number: int) -> Handbook:
    """Read one version of a process in the language of the page. Raises NotFound, Forbidden."""
    version = versions.find(person, "process", process_id, number)
    source = versions.source(version)
    model = catalogue.process_model(db.session, version.sha256, process_id)
    course = Course(model)
    links = _links(model)
    notes = _notes(source)
    events = [event for element in course.elements for event in events_of(course, element)]
    ending = [element for element in course.elements if element.kind == "endEvent"]
    return Handbook(
        version=version,
        title=library.title_of(version),
        note=notes.get(process_id, ""),
        drawing=drawing.shown(source),
        lanes=tuple(name_of(lane) for lane in model.lanes),
        steps=tuple(steps_of(course, notes, links)),
        tables=tuple(_tables(person, course, links)),
        forms=tuple(_forms(person, course, links)),
        called=tuple(Used(one, title, steps) for one, title, steps in _used(person, "process", course, links)),
        messages=tuple(event for event in events if event.kind == "message"),
        timers=tuple(event for event in events if event.kind == "timer"),
        others=tuple(event for event in events if event.kind not in ("message", "timer", "link")),
        ends=tuple((called(element), tuple(events_of(course, element))) for element in ending),
    )


def _links(model: ProcessModel) -> Mapping[str, list[Link]]:
    found: dict[str, list[Link]] = defaultdict(list)
    for kind, identifier, element_id in usage.references(model):
        found[element_id].append(Link(kind, identifier))
    return found


def _notes(source: bytes) -> dict[str, str]:
    """Documentation by element."""
    root = etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True))
    return {
        str(owner.get("id")): "".join(str(text) for text in one.itertext()).strip()
        for one in root.iter(DOCUMENTATION)
        if (owner := one.getparent()) is not None
    }


def _used(
    person: Person, kind: Kind, course: Course, links: Mapping[str, list[Link]]
) -> Iterable[tuple[Version, str, tuple[tuple[int, str], ...]]]:
    """What the steps use of a kind, each once, in the order of the steps."""
    known = {one.id: one for one in versions.all_newest(person, kind)}
    using: dict[str, list[tuple[int, str]]] = {}
    for element in course.elements:
        for link in links.get(element.id, ()):
            if link.kind == kind and link.id in known:
                using.setdefault(link.id, []).append((course.numbers.get(element.id, 0), called(element)))
    for identifier, steps in using.items():
        uses = [usage.Use("", "", "", name) for _, name in steps]
        yield known[identifier], library.title_of(known[identifier], uses), tuple(steps)


def _tables(person: Person, course: Course, links: Mapping[str, list[Link]]) -> Iterable[Used]:
    for version, title, steps in _used(person, "decision", course, links):
        yield Used(version, title, steps, decisions=tuple(tables.read(versions.source(version))))


def _forms(person: Person, course: Course, links: Mapping[str, list[Link]]) -> Iterable[Used]:
    for version, title, steps in _used(person, "form", course, links):
        form = catalogue.form_model(db.session, version.sha256)
        yield Used(version, title, steps, rows=tuple(rows(form.localised(language()))))
