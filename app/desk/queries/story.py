"""Everything about one case, read in one go: what its page, its printout and the box beside a task show."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app import clock
from app.db import db
from app.desk import cases
from app.desk.facts.device import warranty_end
from app.desk.models import (
    Case,
    CaseNote,
    Document,
    NewNeed,
    Notice,
    PenaltyRecord,
    ResponsibilityLink,
    ServiceContract,
    SparePart,
    StockMovement,
)
from app.desk.queries import timeline
from app.desk.queries.visible import MERGED, may_see_case
from app.engine.models import (
    Attachment,
    Comment,
    ElementInstance,
    Incident,
    Message,
    MessageSubscription,
    OutsideWait,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
)
from app.errors import NotFound
from app.i18n import LANGUAGES
from app.people.audit import AuditEntry
from app.people.models import Role, User
from app.people.person import Person
from app.people.units import UnitNode, UnitTree, unit_tree


@dataclasses.dataclass(frozen=True)
class Warranty:
    """Until when the device is in warranty and how many days that is from today (or was, when negative)."""

    end: dt.date
    days_left: int


@dataclasses.dataclass(frozen=True)
class Decision:
    """A decision a table took in this case, with the version asked and the trace that shows why."""

    at: dt.datetime
    process_id: str
    element_id: str
    names: Mapping[str, str]
    decision_id: str
    version: int | None
    value: t.Any
    trace: Mapping[str, t.Any]
    actor: str | None


@dataclasses.dataclass(frozen=True)
class PartUse:
    """Parts that left a stock for this case."""

    at: dt.datetime
    site: Mapping[str, str]
    part_no: str
    name: str
    quantity: int


@dataclasses.dataclass(frozen=True)
class Story:
    """The whole case. Lists are oldest first. `names` gives a user's names by username and by row number."""

    case: Case
    unit: UnitNode | None
    warranty: Warranty | None
    contract: ServiceContract | None
    names: Mapping[str | int, Mapping[str, str]]
    instances: tuple[ProcessInstance, ...]
    open_tasks: tuple[UserTask, ...]
    done_tasks: tuple[UserTask, ...]
    waiting: tuple[MessageSubscription, ...]
    """Answers from outside that somebody may record."""
    outside: tuple[OutsideWait, ...]
    """When it waited for somebody outside."""
    incidents: tuple[Incident, ...]
    decisions: tuple[Decision, ...]
    documents: tuple[Document, ...]
    notices: tuple[Notice, ...]
    recipients: Mapping[str, Mapping[str, str]]
    """Names of whom notices went to, in both languages, by what the notice calls them."""
    notes: tuple[CaseNote, ...]
    links: tuple[ResponsibilityLink, ...]
    needs: tuple[NewNeed, ...]
    penalties: tuple[PenaltyRecord, ...]
    parts: tuple[PartUse, ...]
    comments: tuple[Comment, ...]
    attachments: tuple[Attachment, ...]
    audit: tuple[AuditEntry, ...]
    merged: tuple[Case, ...]
    """Numbers that became part of this case."""
    parent: Case | None

    @property
    def timeline(self) -> list[timeline.Entry]:
        """What happened, oldest first."""
        return timeline.entries(self)

    def document(self, kind: str) -> Document | None:
        """The newest document of a kind."""
        return next((one for one in reversed(self.documents) if one.kind == kind), None)


def story(person: Person, case_no: str) -> Story:
    """Return a case's story by its number; a merged number gives the case it became part of. Raises NotFound."""
    case = cases.by_number(case_no)
    if case.close_code == MERGED and case.parent_case_id is not None:
        case = cases.get(case.parent_case_id)
    return _read(person, case)


def story_of(person: Person, case_id: int) -> Story:
    """Return a case's story by its row. Raises NotFound."""
    return _read(person, cases.get(case_id))


def _read(person: Person, case: Case) -> Story:
    if not may_see_case(person, case):
        raise NotFound("desk.no_such_case", case=case.case_no)
    instances = _all(ProcessInstance, ProcessInstance.case_id == case.id, order=ProcessInstance.key)
    keys = [instance.key for instance in instances]
    tasks = _all(UserTask, UserTask.instance_key.in_(keys), order=UserTask.key)
    audit = _all(
        AuditEntry, sa.or_(AuditEntry.case_id == case.id, AuditEntry.instance_key.in_(keys)), order=AuditEntry.id
    )
    notes = _all(CaseNote, CaseNote.case_id == case.id, order=CaseNote.id)
    notices = _all(Notice, Notice.case_id == case.id, order=Notice.id)
    links = _all(ResponsibilityLink, ResponsibilityLink.case_id == case.id, order=ResponsibilityLink.seq)
    waits = sa.and_(MessageSubscription.instance_key.in_(keys), MessageSubscription.record_role.is_not(None))
    names, tree = _names(case, tasks, notes, links, audit, notices), unit_tree(person.unit_version)
    return Story(
        case=case,
        unit=tree.by_id.get(case.unit_id) if case.unit_id is not None else None,
        warranty=_warranty(case),
        contract=db.session.get(ServiceContract, case.contract_id) if case.contract_id is not None else None,
        names=names,
        instances=instances,
        open_tasks=tuple(task for task in tasks if task.state == "created"),
        done_tasks=tuple(sorted((task for task in tasks if task.state == "completed"), key=_ended)),
        waiting=_all(MessageSubscription, waits, order=MessageSubscription.key),
        outside=_all(OutsideWait, OutsideWait.case_id == case.id, order=OutsideWait.since),
        incidents=_all(Incident, _trouble(case, keys), order=Incident.key),
        decisions=_decisions(keys),
        documents=_all(Document, Document.case_id == case.id, order=Document.id),
        notices=notices,
        recipients=_recipients(notices, names, tree),
        notes=notes,
        links=links,
        needs=_all(NewNeed, NewNeed.case_id == case.id, order=NewNeed.id),
        penalties=_all(PenaltyRecord, PenaltyRecord.case_id == case.id, order=PenaltyRecord.id),
        parts=_parts(case.id, tree),
        comments=_all(Comment, Comment.case_id == case.id, order=Comment.key),
        attachments=_all(
            Attachment, sa.and_(Attachment.case_id == case.id, Attachment.removed_at.is_(None)), order=Attachment.key
        ),
        audit=audit,
        merged=_all(Case, sa.and_(Case.parent_case_id == case.id, Case.close_code == MERGED), order=Case.id),
        parent=db.session.get(Case, case.parent_case_id) if case.parent_case_id is not None else None,
    )


def _all(model: t.Any, condition: sa.ColumnElement[bool], *, order: t.Any) -> tuple[t.Any, ...]:
    query = sa.select(model).where(condition).order_by(order)
    return tuple(db.session.scalars(query.execution_options(populate_existing=True)))


def _trouble(case: Case, keys: list[int]) -> sa.ColumnElement[bool]:
    """What is stuck in the case's instances, and messages about it that found nothing to start."""
    lost = sa.select(Message.key).where(Message.correlation_key == case.case_no)
    return sa.or_(Incident.instance_key.in_(keys), Incident.message_key.in_(lost))


def _ended(task: UserTask) -> tuple[dt.datetime, int]:
    return (task.ended_at or task.created_at, task.key)


def _warranty(case: Case) -> Warranty | None:
    end = warranty_end(case.asset) if case.asset is not None else None
    if end is None:
        return None
    return Warranty(end, (end - cases.company_day(clock.now())).days)


def _parts(case_id: int, tree: UnitTree) -> tuple[PartUse, ...]:
    query = (
        sa.select(StockMovement, SparePart.part_no, SparePart.name)
        .join(SparePart, SparePart.id == StockMovement.part_id)
        # What was taken from the shelf; old parts that were put aside for it move as well.
        .where(StockMovement.case_id == case_id, StockMovement.bucket == "on_hand")
        .order_by(StockMovement.id)
    )
    return tuple(
        PartUse(
            row.StockMovement.at,
            _unit_names(tree, row.StockMovement.site),
            row.part_no,
            row.name,
            -row.StockMovement.quantity,
        )
        for row in db.session.execute(query)
    )


def _decisions(keys: list[int]) -> tuple[Decision, ...]:
    """What tables decided, as rule tasks and behind the judgements people made in forms."""
    query = (
        sa.select(ElementInstance, ProcessDefinition.process_id, ProcessDefinition.elements)
        .join(ProcessDefinition, ProcessDefinition.key == ElementInstance.process_definition_key)
        .where(ElementInstance.instance_key.in_(keys), ElementInstance.kind == "businessRuleTask")
        .order_by(ElementInstance.entered_at, ElementInstance.key)
    )
    found = []
    for row in db.session.execute(query):
        one: ElementInstance = row.ElementInstance
        if one.trace is None:
            continue
        used = one.resolved or {}
        drawn = row.elements.get(one.element_id, {})
        found.append(
            Decision(
                at=one.ended_at or one.entered_at,
                process_id=row.process_id,
                element_id=one.element_id,
                names=drawn.get("names") or {},
                decision_id=used.get("id", ""),
                version=used.get("version"),
                value=_value(one.trace),
                trace=one.trace,
                actor=one.actor,
            )
        )
    return tuple(found)


def _value(trace: Mapping[str, t.Any]) -> t.Any:
    """What the asked decision gave: the last one, as those it requires come before it."""
    decided = trace.get("decisions") or []
    return decided[-1].get("output") if decided else None


def _names(
    case: Case,
    tasks: tuple[UserTask, ...],
    notes: tuple[CaseNote, ...],
    links: tuple[ResponsibilityLink, ...],
    audit: tuple[AuditEntry, ...],
    notices: tuple[Notice, ...],
) -> dict[str | int, Mapping[str, str]]:
    usernames = {task.ended_by for task in tasks} | {task.assignee for task in tasks}
    usernames |= {task.delegated_by for task in tasks}
    usernames |= {notice.recipient for notice in notices if notice.recipient_kind == "user"}
    usernames |= {note.author for note in notes} | {entry.username for entry in audit}
    ids = {case.first_responder_id, case.accountable_user_id}
    ids |= {link.handler_id for link in links} | {link.answers_to_id for link in links}
    query = sa.select(User.id, User.username, User.names).where(
        sa.or_(User.username.in_({name for name in usernames if name}), User.id.in_({one for one in ids if one}))
    )
    names: dict[str | int, Mapping[str, str]] = {}
    for row in db.session.execute(query):
        names[row.username] = names[row.id] = row.names
    return names


def _recipients(
    notices: tuple[Notice, ...], names: Mapping[str | int, Mapping[str, str]], tree: UnitTree
) -> dict[str, Mapping[str, str]]:
    """A role is named with its unit; a customer's own name, and whoever is not known, stand for themselves."""
    groups = {one.recipient: one.recipient.partition("@") for one in notices if one.recipient_kind == "role"}
    wanted = {role for role, _at, _unit in groups.values()}
    rows = db.session.execute(sa.select(Role.id, Role.names).where(Role.id.in_(wanted))) if wanted else ()
    roles = {row.id: row.names for row in rows}
    found = {one.recipient: names[one.recipient] for one in notices if one.recipient in names}
    for recipient, (role, _at, unit) in groups.items():
        role_names, unit_names = roles.get(role, {}), _unit_names(tree, unit)
        found[recipient] = {
            language: " · ".join(filter(None, (role_names.get(language) or role, unit_names[language])))
            for language in LANGUAGES
        }
    return found


def _unit_names(tree: UnitTree, code: str) -> Mapping[str, str]:
    node = tree.by_code.get(code)
    return {language: (node.names.get(language) if node else None) or code for language in LANGUAGES}
