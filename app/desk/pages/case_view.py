"""The case page's own words: the story of a case in the order and with the names in which people read it."""

import dataclasses
import datetime as dt
import itertools
import typing as t
from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app import clock, i18n
from app.db import db
from app.desk import clocks, handover, queries, verdict
from app.desk.models import Document, ResponsibilityLink
from app.desk.pages.known import shown
from app.engine import access as rights
from app.engine import catalogue, incident_text, open_steps
from app.engine.models import Attachment, ProcessDefinition, UserTask
from app.i18n import text as _
from app.kernel.model import ProcessModel
from app.people import access
from app.people.models import Role
from app.people.person import SUPERVISOR, Person
from app.people.units import unit_tree

SHOWN: Mapping[str, frozenset[str]] = {
    "tasks": frozenset({"task_done", "task_done_for", "decided", "stuck", "unstuck", "act", "part_used"}),
    "comments": frozenset({"comment", "noted", "file_added"}),
    "customer": frozenset({"told_customer", "document", "opened", "closed"}),
}
"""What each view of the story shows; the view "all" shows everything."""
HANDS = 4
"""How many of the people who worked on a case its chain shows at most, the last ones."""
ICONS: Mapping[str, tuple[str, str]] = {
    "opened": ("case", ""), "responded": ("clock", ""), "resolved": ("done", "ok"), "closed": ("done", "ok"),
    "merged": ("jump", ""), "task_done": ("check", "ok"), "task_done_for": ("check", "ok"),
    "decided": ("table", ""), "document": ("doc", ""),
    "told_customer": ("send", ""), "told_user": ("bell", ""), "told_role": ("bell", ""), "noted": ("note", ""),
    "comment": ("note", ""), "file_added": ("clip", ""), "stuck": ("stop", "bad"), "unstuck": ("done", "ok"),
    "part_used": ("gear", ""), "need_passed": ("star", ""), "penalty_proposed": ("yuan", ""), "act": ("user", ""),
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Doing:
    """An open step: who has it or may take it, and until when."""

    task: UserTask
    title: str
    who: str
    offered: str
    mine: bool
    why_due: str = ""
    """How the deadline came about, in words."""


@dataclasses.dataclass(frozen=True)
class Waiting:
    """An answer that is waited for, and whether this person may record it."""

    key: int
    title: str
    role: str
    since: dt.datetime
    may_record: bool


@dataclasses.dataclass(frozen=True)
class Startable:
    """An open ad-hoc sub-process with the steps that can be started now, by id and name."""

    key: int
    title: str
    steps: tuple[tuple[str, str], ...]
    since: dt.datetime


@dataclasses.dataclass(frozen=True)
class Link:
    """One link of the responsibility chain."""

    role: str
    who: str
    note: str
    here: bool = False


@dataclasses.dataclass(frozen=True)
class Event:
    """One line of the story."""

    at: dt.datetime
    sentence: str
    who: str
    text: str
    icon: str
    kind: str


@dataclasses.dataclass(frozen=True)
class Drawing:
    """A running process of the case, to be shown as a diagram."""

    key: int
    name: str
    focus: str


@dataclasses.dataclass(frozen=True)
class CasePage:
    """Everything the page shows beside the story itself."""

    story: queries.Story
    process: str
    verdict: verdict.Verdict | None
    doing: tuple[Doing, ...]
    waiting: tuple[Waiting, ...]
    startable: tuple[Startable, ...]
    stuck: tuple[tuple[str, dt.datetime], ...]
    chain: tuple[Link, ...]
    days: tuple[tuple[dt.date, list[Event]], ...]
    drawings: tuple[Drawing, ...]
    related: tuple[queries.CaseRow, ...]
    quotation: Document | None
    clocks: clocks.CaseClocks
    role_names: Mapping[str, str]
    offer: ResponsibilityLink | None
    """A hand-over that nobody has answered yet."""
    asked: bool
    """Whether it is this person who may answer it."""
    moves: bool
    """Whether this person may hand the case over or escalate it."""
    removable: frozenset[int]
    """Files this person may take off."""

    @property
    def received_by(self) -> str:
        """Name of who received the request: the first who handed it on, else the first responder."""
        passed = (one for one in self.story.links if one.result == "transferred" and one.answers_to_id is not None)
        first = next(passed, None)
        return self.name(first.answers_to_id if first is not None else self.story.case.first_responder_id)

    def reason_of(self, link: ResponsibilityLink) -> str:
        """Return why a link was made, in words; processes keep a code."""
        known = link.reason in handover.REASONS
        return i18n.text(f"desk.escalation_reason.{link.reason}") if known else link.reason or ""

    @property
    def mine(self) -> Doing | None:
        """The open step this person can do at once."""
        return next((one for one in self.doing if one.mine), None)

    @property
    def due(self) -> dt.datetime | None:
        """The nearest deadline of the open steps."""
        return min((one.task.due_at for one in self.doing if one.task.due_at), default=None)

    def name(self, who: str | int | None) -> str:
        """Return the name of an account, given by username or row."""
        if who is None:
            return ""
        return i18n.localised(self.story.names.get(who), str(who))


def case_page(person: Person, case_no: str, show: str = "") -> CasePage:
    """Compose the page of a case. Raises NotFound for one the person may not see."""
    story = queries.story(person, case_no)
    models = _models(story)
    roles = _roles(story)
    doing = tuple(_doing(person, story, task, roles) for task in story.open_tasks)
    waiting = tuple(_waiting(person, story, models, roles))
    return CasePage(
        story=story,
        process=shown(models[story.instances[0].process_definition_key]) if story.instances else story.case.process_id,
        verdict=verdict.of_case(story),
        doing=doing,
        waiting=waiting,
        startable=tuple(_startable(person, story)),
        stuck=tuple(_stuck(story)),
        chain=tuple(_chain(story, doing, waiting, roles)),
        days=tuple(by_day(events(story, show))),
        drawings=tuple(_drawings(story, models)),
        related=_related(person, story),
        quotation=story.document("quotation"),
        role_names=roles,
        offer=(offer := handover.pending(story.links)),
        asked=offer is not None and handover.may_answer(person, offer),
        moves=handover.may_move(person, story.case, sees=True),
        clocks=clocks.clocks_of(story.case, story.contract, story.outside, clock.now()),
        removable=frozenset(file.key for file in story.attachments if _may_remove(person, file)),
    )


def events(story: queries.Story, show: str = "") -> list[Event]:
    """Return the story, newest first; `show` names a part of it."""
    wanted = SHOWN.get(show)
    found = [_event(story, entry) for entry in story.timeline if wanted is None or entry.code in wanted]
    return found[::-1]


def by_day(found: Iterable[Event]) -> Iterator[tuple[dt.date, list[Event]]]:
    """Part events by the day of the company's clock."""
    zone = ZoneInfo(current_app.extensions["settings"].company.zone)
    for day, members in itertools.groupby(found, key=lambda event: event.at.astimezone(zone).date()):
        yield day, list(members)


def _event(story: queries.Story, entry: queries.Entry) -> Event:
    icon, kind = ICONS.get(entry.code, ("users" if entry.code.startswith("link_") else "info", ""))
    who = i18n.localised(story.names.get(entry.actor), entry.actor) if entry.actor else ""
    return Event(entry.at, entry.sentence, who, entry.text or "", icon, kind)


def _models(story: queries.Story) -> dict[int, ProcessModel]:
    keys = {one.process_definition_key for one in story.instances}
    columns = (ProcessDefinition.key, ProcessDefinition.sha256, ProcessDefinition.process_id)
    rows = db.session.execute(sa.select(*columns).where(ProcessDefinition.key.in_(keys)))
    return {row.key: catalogue.process_model(db.session, row.sha256, row.process_id) for row in rows}


def _roles(story: queries.Story) -> dict[str, str]:
    tasks = (*story.open_tasks, *story.done_tasks)
    wanted = {role for task in tasks for role, _unit in task.candidates}
    wanted |= {wait.record_role for wait in story.waiting if wait.record_role}
    wanted |= {link.handler_role for link in story.links if link.handler_role}
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(Role.id, Role.names).where(Role.id.in_(wanted)))
    return {access.ANYBODY: _("anybody")} | {row.id: i18n.localised(row.names, row.id) for row in rows}


def _doing(person: Person, story: queries.Story, task: UserTask, roles: Mapping[str, str]) -> Doing:
    tree = unit_tree(person.unit_version)
    groups = []
    for role, unit in task.candidates:
        node = tree.by_code.get(unit)
        groups.append(f"{roles.get(role, role)} · {node.name}" if node else roles.get(role, role))
    who = i18n.localised(story.names.get(task.assignee), task.assignee) if task.assignee else ""
    mine = rights.entitled(person, task) and task.assignee in {None, person.username}
    return Doing(
        task,
        i18n.localised(task.names, task.element_id),
        who,
        ", ".join(dict.fromkeys(groups)),
        mine,
        clocks.why_due(task),
    )


def _waiting(
    person: Person, story: queries.Story, models: Mapping[int, ProcessModel], roles: Mapping[str, str]
) -> Iterator[Waiting]:
    for wait in story.waiting:
        role = wait.record_role or ""
        model = models.get(wait.process_definition_key)
        title = shown(model.elements[wait.element_id]) if model else wait.element_id
        may = access.holds(person, role) or access.allowed(person, SUPERVISOR)
        yield Waiting(wait.key, title, roles.get(role, role), wait.created_at, may)


def _startable(person: Person, story: queries.Story) -> Iterator[Startable]:
    live = [instance.key for instance in story.instances if instance.state == "active"]
    for found in open_steps(person, live):
        steps = tuple((step.id, shown(step)) for step in found.steps)
        yield Startable(found.key, shown(found.element), steps, found.since)


def _stuck(story: queries.Story) -> Iterator[tuple[str, dt.datetime]]:
    for incident in story.incidents:
        if incident.resolved_at is None:
            yield incident_text.sentence(incident), incident.created_at


def _chain(
    story: queries.Story, doing: Iterable[Doing], waiting: Iterable[Waiting], roles: Mapping[str, str]
) -> Iterator[Link]:
    """Who answered first, through whose hands it went, and who has it now."""

    def name(row: int | None) -> str:
        return i18n.localised(story.names.get(row or 0), "")

    if story.case.first_responder_id is not None:
        unit = f" · {story.unit.name}" if story.unit else ""
        since = _("since %(moment)s", moment=_moment(story.case.request_time))
        yield Link(_("First responder") + unit, name(story.case.first_responder_id), since)
    for link in story.links:
        if link.kind == handover.TRANSFER and link.result != "transferred":
            continue
        layer = i18n.text(f"escalation_target.layer.{link.layer}") if link.layer else ""
        role = roles.get(link.handler_role or "", "")
        above = _("answers to %(name)s", name=name(link.answers_to_id)) if link.answers_to_id else ""
        since = _moment(link.accepted_at or link.requested_at)
        kind = i18n.text(f"desk.link_kind.{link.kind}")
        title = " · ".join(filter(None, (kind, role, layer)))
        yield Link(title, name(link.handler_id), " · ".join(filter(None, (above, since))))
    yield from list(_hands(story, roles))[-HANDS:]
    for wait in waiting:
        yield Link(_("Now · %(step)s", step=wait.title), "", _moment(wait.since), here=True)
    for one in doing:
        yield Link(_("Now · %(step)s", step=one.title), one.who or one.offered, _moment(one.task.created_at), here=True)


def _hands(story: queries.Story, roles: Mapping[str, str]) -> Iterator[Link]:
    """Through whose hands the case went: one link for the steps that one person did in a row."""
    for who, steps in itertools.groupby(story.done_tasks, key=lambda task: task.ended_by):
        done = list(steps)
        name = i18n.localised(story.names.get(who), who) if who else ""
        role = next((roles.get(role, role) for role, _unit in done[-1].candidates), "") or _("Handled")
        ended = done[-1].ended_at
        yield Link(role, name, _("until %(moment)s", moment=_moment(ended)) if ended else "")


def _moment(when: dt.datetime) -> str:
    return str(current_app.jinja_env.filters["moment"](when))


def _drawings(story: queries.Story, models: Mapping[int, ProcessModel]) -> Iterator[Drawing]:
    """Running processes where somebody is at work, callers last; of an ended case, the one that opened it."""
    live = [one for one in story.instances if one.state == "active"]
    busy = {task.instance_key: task.element_id for task in story.open_tasks}
    busy |= {wait.instance_key: wait.element_id for wait in story.waiting if wait.instance_key not in busy}
    for instance in sorted(live, key=lambda one: (one.key not in busy, -one.depth, one.key)) or story.instances[:1]:
        model = models[instance.process_definition_key]
        yield Drawing(instance.key, shown(model), busy.get(instance.key, ""))


def _related(person: Person, story: queries.Story) -> tuple[queries.CaseRow, ...]:
    case = story.case
    if case.asset_id is None and case.customer_id is None:
        return ()
    rows = (
        queries.cases_of(person, asset_id=case.asset_id, limit=8)
        if case.asset_id is not None
        else queries.cases_of(person, customer_id=case.customer_id, limit=8)
    )
    return tuple(row for row in rows if row.id != case.id)


def _may_remove(person: Person, file: Attachment) -> bool:
    return file.added_by == person.username or access.allowed(person, SUPERVISOR)


def lines_of(document: Document | None) -> list[Mapping[str, t.Any]]:
    """Return the lines of a quotation, repair list or invoice."""
    content = document.content if document else {}
    found = content.get("lines") or content.get("parts") or []
    return [line for line in found if isinstance(line, Mapping)]
