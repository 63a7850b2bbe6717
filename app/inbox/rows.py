"""Rows of the list: tasks with what a person needs to choose among them, in three statements per page."""

import dataclasses
import datetime as dt
import itertools
import typing as t
from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa

from app import i18n
from app.db import db
from app.desk.models import Asset, Case, Customer, Product
from app.engine.expressions import zone
from app.engine.models import MessageSubscription, UserTask
from app.i18n import text as _
from app.inbox.folders import Viewer
from app.inbox.names import allowance, models_of, people_named, shown
from app.people.units import UnitNode, unit_tree
from app.web.durations import moment

MOST_SHOWN = 60
"""Characters of a fault that a row has room for."""
HIGH = 75
"""From this priority on a task is marked; the diagram's own default is 50."""
GROUPS = ("overdue", "today", "week", "later", "open")


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the list. `late_why` says which time was allowed and when it ran out."""

    key: int
    title: str
    process: str
    process_id: str
    case_no: str = ""
    customer: str = ""
    device: str = ""
    serial: str = ""
    fault: str = ""
    priority: str = ""
    unit: str = ""
    due: dt.datetime | None = None
    follow_up: dt.datetime | None = None
    assignee: str = ""
    own: bool = False
    absent: str = ""
    checking: bool = False
    raised: bool = False
    late_why: str = ""
    group: str = "open"

    @property
    def whose(self) -> str:
        """Who it is for: the customer; for a matter of the house itself, its process."""
        return self.customer or self.process

    @property
    def about(self) -> str:
        """What it is about: the device; without one what was written down, and the unit a matter of the house is at."""
        serial = f"…{self.serial[-6:]}" if len(self.serial) > 8 else self.serial
        known = (self.device, serial) if self.device or serial else (self.unit, self.fault)
        return " · ".join(filter(None, known)) or (self.process if self.customer else "")


@dataclasses.dataclass(frozen=True)
class _About:
    """What the case says about customer and device."""

    case_no: str = ""
    customer: str = ""
    device: str = ""
    serial: str = ""
    fault: str = ""
    priority: str = ""


def rows_of(viewer: Viewer, tasks: Sequence[UserTask]) -> list[Row]:
    """Compose the rows of a page."""
    about = _about(task.case_id for task in tasks)
    models = models_of(task.process_definition_key for task in tasks)
    names = people_named(task.assignee for task in tasks)
    away = {one.username for one in viewer.people[1:]}
    units = unit_tree(viewer.person.unit_version).by_id
    return [_row(viewer, task, about, models, names, away, units) for task in tasks]


def answer_rows(waits: Sequence[MessageSubscription]) -> list[Row]:
    """Compose the rows of answers from outside that may be recorded."""
    about = _about(wait.case_id for wait in waits)
    models = models_of(wait.process_definition_key for wait in waits)
    rows = []
    for wait in waits:
        model = models[wait.process_definition_key]
        facts = vars(about.get(wait.case_id or 0, _About()))
        title = shown(model.elements[wait.element_id])
        rows.append(Row(key=wait.key, title=title, process=shown(model), process_id=wait.process_id, **facts))
    return rows


def grouped(rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Part rows in the default order by how urgent they are."""
    for group, members in itertools.groupby(rows, key=lambda row: row.group):
        yield group, list(members)


def group_label(group: str) -> str:
    """Return the heading of a group."""
    labels = {
        "overdue": _("Overdue"),
        "today": _("Due today"),
        "week": _("Within a week"),
        "later": _("Later"),
        "open": _("No deadline"),
    }
    return labels[group]


def _row(
    viewer: Viewer,
    task: UserTask,
    about: dict[int, _About],
    models: dict[int, t.Any],
    names: dict[str, str],
    away: set[str],
    units: t.Mapping[int, UnitNode],
) -> Row:
    model = models[task.process_definition_key]
    assignee = names.get(task.assignee or "", "")
    unit = units.get(task.unit_id or 0)
    return Row(
        key=task.key,
        title=i18n.localised(task.names, task.element_id),
        process=shown(model),
        process_id=task.process_id,
        unit=unit.name if unit else "",
        due=task.due_at,
        follow_up=task.follow_up_at if task.follow_up_at and task.follow_up_at > viewer.now else None,
        assignee=assignee,
        own=task.assignee == viewer.person.username,
        absent=assignee if task.assignee in away else "",
        checking=task.pending is not None,
        raised=task.priority >= HIGH,
        late_why=_late_why(viewer, task, allowance(model.elements.get(task.element_id))),
        group=_group(viewer, task.due_at),
        **vars(about.get(task.case_id or 0, _About())),
    )


def _late_why(viewer: Viewer, task: UserTask, allowed: str) -> str:
    if task.due_at is None or task.due_at >= viewer.now or not allowed:
        return ""
    when = moment(task.due_at, viewer.now, zone())
    return _("%(allowed)s given, due %(when)s", allowed=allowed, when=when)


def _group(viewer: Viewer, due: dt.datetime | None) -> str:
    if due is None:
        return "open"
    if due < viewer.now:
        return "overdue"
    if due < viewer.tomorrow:
        return "today"
    return "week" if due < viewer.tomorrow + dt.timedelta(days=6) else "later"


def _about(case_ids: Iterable[int | None]) -> dict[int, _About]:
    wanted = sorted({case_id for case_id in case_ids if case_id is not None})
    if not wanted:
        return {}
    query = (
        sa.select(
            Case.id, Case.case_no, Case.serial_no, Case.priority, Case.fault_description,
            Customer.name, Customer.name_en, Product.model, Product.name.label("product"),
            Product.name_en.label("product_en"),
        )
        .outerjoin(Customer, Customer.id == Case.customer_id)
        .outerjoin(Asset, Asset.id == Case.asset_id)
        .outerjoin(Product, Product.id == Asset.product_id)
        .where(Case.id.in_(wanted))
    )  # fmt: skip
    return {
        row.id: _About(
            case_no=row.case_no,
            customer=i18n.localised({"zh": row.name or "", "en": row.name_en or ""}),
            device=i18n.localised({"zh": row.product or "", "en": row.product_en or ""}, row.model or ""),
            serial=row.serial_no or "",
            fault=(row.fault_description or "")[:MOST_SHOWN],
            priority=row.priority or "",
        )
        for row in db.session.execute(query)
    }
