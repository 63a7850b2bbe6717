"""The field visits that are still to be made, read from running orders and installations in three statements."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Mapping, Sequence

import orjson
import sqlalchemy as sa

from app import clock, i18n
from app.db import db
from app.desk import cases
from app.desk.dispatch.times import USUAL, VisitTimes, times_of
from app.desk.models import Case, Customer
from app.engine import access as rights
from app.engine.models import ProcessInstance, UserTask, Variable
from app.errors import NotFound
from app.people.person import Person

DISPATCH, INSTALLATION = "dispatch_handle_return_visit", "installation_commissioning"
UNASSIGNED, OFFERED, ACCEPTED, APPOINTED, PARTS = STAGES = ("unassigned", "offered", "accepted", "appointed", "parts")
"""Nobody goes yet; somebody is asked; has accepted; has agreed a time with the customer; waits for parts."""
STAGE_OF: Mapping[str, Mapping[str, str]] = {
    DISPATCH: {
        "s040_assign": UNASSIGNED,
        "s060_accept": OFFERED,
        "s070_appointment": ACCEPTED,
        "s090_serve": APPOINTED,
    },
    INSTALLATION: {
        "s040_name_team": UNASSIGNED,
        "s050_write_order": ACCEPTED,
        "s060_agree": ACCEPTED,
        "s090_unpack": APPOINTED,
        "s120_install": APPOINTED,
        "s130_test": APPOINTED,
        "s160_instruct": APPOINTED,
        "s170_sign": APPOINTED,
    },
}
"""What the open step of a process that sends people to customers says about the visit, by process."""
WANTED = (
    "order_no", "order_document", "content", "address", "site_address", "service_type", "planned_on", "wished_on",
    "appointment_at", "staff", "assistants", "ranking", "record",
)  # fmt: skip
MOST = 1_000
"""Visits read at once; a company that has more open ones reads those of its units."""


@dataclasses.dataclass(frozen=True)
class Visit:
    """One visit to a customer.

    Attributes:
        key: the dispatch order's process instance.
        staff: username of who goes; empty for nobody yet.
        planned_on: the day that was promised or planned.
        at: the time agreed with the customer, as long as it stands.
        task_key: the open step of whoever goes (or of the dispatcher), None while parts are waited for.
        times: what it is taken to last, and the way to it to need.
        ranking: who was proposed, best first, as the process has computed it.
    """

    key: int
    process_id: str
    case_id: int
    case_no: str
    customer: str
    priority: str
    unit_id: int | None
    stage: str
    task_key: int | None
    order_no: str = ""
    content: str = ""
    address: str = ""
    service_type: str = ""
    staff: str = ""
    assistants: tuple[str, ...] = ()
    planned_on: dt.date | None = None
    at: dt.datetime | None = None
    ranking: tuple[Mapping[str, t.Any], ...] = ()
    times: VisitTimes = USUAL

    @property
    def day(self) -> dt.date:
        """The day it stands on; one without any is due today."""
        if self.at is not None:
            return cases.company_day(self.at)
        return self.planned_on or cases.company_day(clock.now())


def visits(person: Person) -> list[Visit]:
    """Return the open visits the person may see, by time."""
    found = _read(person)
    times = times_of(person, (one.service_type for one in found))
    timed = (dataclasses.replace(one, times=times[one.service_type]) for one in found)
    return sorted(timed, key=lambda one: (one.day, one.at is None, one.at or clock.now(), one.key))


def visit(person: Person, key: int) -> Visit:
    """Return one open visit. Raises NotFound for one that is over or not for the person to see."""
    found = _read(person, key)
    if not found:
        raise NotFound("desk.no_such_visit")
    return found[0]


def planned_days(session: t.Any, usernames: Iterable[str]) -> dict[tuple[str, dt.date], int]:
    """Return how many visits people have on which day, whoever may see them; for proposing who has time."""
    wanted = set(usernames)
    live = sa.select(ProcessInstance.key).where(
        ProcessInstance.process_id.in_(STAGE_OF), ProcessInstance.state == "active"
    )
    values = _variables(session, list(session.scalars(live.limit(MOST))), ("staff", "planned_on", "appointment_at"))
    found: dict[tuple[str, dt.date], int] = {}
    for known in values.values():
        day = _day(known.get("appointment_at")) or _day(known.get("planned_on"))
        if known.get("staff") in wanted and day is not None:
            found[known["staff"], day] = found.get((known["staff"], day), 0) + 1
    return found


def _read(person: Person, key: int | None = None) -> list[Visit]:
    query = (
        sa.select(
            ProcessInstance.key, ProcessInstance.process_id, ProcessInstance.unit_id,
            Case.id, Case.case_no, Case.priority, Customer.name, Customer.name_en,
        )
        .join(Case, Case.id == ProcessInstance.case_id)
        .outerjoin(Customer, Customer.id == Case.customer_id)
        .where(ProcessInstance.process_id.in_(STAGE_OF), ProcessInstance.state == "active")
        .where(rights.visible_instances(person))
    )  # fmt: skip
    if key is not None:
        query = query.where(ProcessInstance.key == key)
    rows = db.session.execute(query.order_by(ProcessInstance.key.desc()).limit(MOST)).all()
    keys = [row.key for row in rows]
    values, steps = _variables(db.session, keys, WANTED), _steps(keys)
    found = (_visit(row, values.get(row.key, {}), steps.get(row.key)) for row in rows)
    return [one for one in found if one is not None]


def _visit(row: t.Any, known: Mapping[str, t.Any], step: UserTask | None) -> Visit | None:
    """What a running order is as a visit; None before it is written and after it is served."""
    stage = STAGE_OF[row.process_id].get(step.element_id) if step else None
    if stage is None and (step is not None or known.get("record") or not known.get("appointment_at")):
        return None
    stage = stage or PARTS
    return Visit(
        key=row.key,
        process_id=row.process_id,
        case_id=row.id,
        case_no=row.case_no,
        customer=i18n.localised({"zh": row.name or "", "en": row.name_en or ""}),
        priority=row.priority or "",
        unit_id=row.unit_id,
        stage=stage,
        task_key=step.key if step else None,
        staff="" if stage == UNASSIGNED else str(known.get("staff") or ""),
        assistants=tuple(known.get("assistants") or ()),
        planned_on=_day(known.get("planned_on") or known.get("wished_on")),
        at=_moment(known.get("appointment_at")) if stage in {APPOINTED, PARTS} else None,
        ranking=tuple(one for one in known.get("ranking") or () if isinstance(one, Mapping)),
        order_no=str(known.get("order_no") or known.get("order_document") or ""),
        content=str(known.get("content") or ""),
        address=str(known.get("address") or known.get("site_address") or ""),
        service_type="installation" if row.process_id == INSTALLATION else str(known.get("service_type") or ""),
    )


def _variables(session: t.Any, keys: Sequence[int], names: Sequence[str]) -> dict[int, dict[str, t.Any]]:
    query = sa.select(Variable.instance_key, Variable.name, Variable.value).where(
        Variable.instance_key.in_(keys), Variable.scope == 1, Variable.name.in_(names)
    )
    found: dict[int, dict[str, t.Any]] = {}
    for row in session.execute(query):
        found.setdefault(row.instance_key, {})[row.name] = orjson.loads(row.value or "null")
    return found


def _steps(keys: Sequence[int]) -> dict[int, UserTask]:
    query = sa.select(UserTask).where(UserTask.instance_key.in_(keys), UserTask.state == "created")
    return {task.instance_key: task for task in db.session.scalars(query.order_by(UserTask.key))}


def _day(value: t.Any) -> dt.date | None:
    """A day of a form, or the company's day of a moment; None for what is neither."""
    moment = _moment(value)
    if moment is not None:
        return cases.company_day(moment)
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _moment(value: t.Any) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None
