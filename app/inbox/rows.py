"""Rows of the list: tasks with what a person needs to choose among them, in three statements per page."""

import datetime as dt
import functools
import itertools
import typing as t
from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa

from app import i18n
from app.db import db
from app.desk.models import Asset, Case, Customer, Product
from app.engine.expressions import zone
from app.engine.models import MessageSubscription, table_of
from app.engine.queries.inbox import Listed
from app.i18n import text as _
from app.inbox.folders import Viewer
from app.inbox.names import allowance, models_of, people_named, shown
from app.kernel.model import ProcessModel
from app.people.units import UnitNode, unit_tree
from app.web.durations import Deadline, deadline

MOST_SHOWN = 60
"""Characters of a fault that a row has room for."""
HIGH = 75
"""From this priority on a task is marked; the diagram's own default is 50."""
GROUPS = ("overdue", "today", "week", "later", "open")


class Row(t.NamedTuple):
    """One line of the list.

    Attributes:
        whose: who it is for: the customer; for a matter of the house itself, its process.
        about: the device; without one what was written down, and the unit a matter of the house is at.
        late_why: which time was allowed and when it ran out.
    """

    key: int
    title: str
    whose: str
    about: str
    case_no: str = ""
    priority: str = ""
    deadline: Deadline | None = None
    follow_up: dt.datetime | None = None
    assignee: str = ""
    absent: str = ""
    checking: bool = False
    suspended: bool = False
    raised: bool = False
    late_why: str = ""
    group: str = "open"


class _Facts(t.NamedTuple):
    """What the case says about customer and device."""

    case_no: str = ""
    priority: str = ""
    customer: str = ""
    device: str = ""
    fault: str = ""

    def subject(self, process: str, unit: str = "") -> dict[str, t.Any]:
        """Return what a row says of the case."""
        about = self.device or _joined(unit, self.fault) or (process if self.customer else "")
        return {
            "whose": self.customer or process,
            "about": about,
            "case_no": self.case_no,
            "priority": self.priority,
        }


_NOTHING = _Facts()


def rows_of(viewer: Viewer, tasks: Sequence[Listed]) -> list[Row]:
    """Compose the rows of a page."""
    facts_of = _facts_of(task.case_id for task in tasks)
    models = models_of(task.process_definition_key for task in tasks)
    names = people_named(task.assignee for task in tasks)
    away = {one.username for one in viewer.people[1:]}
    units = unit_tree(viewer.person.unit_version).by_id
    return [_row(viewer, task, facts_of, models, names, away, units) for task in tasks]


def answer_rows(waits: Sequence[MessageSubscription]) -> list[Row]:
    """Compose the rows of answers from outside that may be recorded."""
    facts_of = _facts_of(wait.case_id for wait in waits)
    models = models_of(wait.process_definition_key for wait in waits)
    rows = []
    for wait in waits:
        model = models[wait.process_definition_key]
        facts = facts_of.get(wait.case_id or 0, _NOTHING).subject(shown(model))
        rows.append(Row(key=wait.key, title=shown(model.elements[wait.element_id]), **facts))
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
    task: Listed,
    facts_of: dict[int, _Facts],
    models: dict[int, ProcessModel],
    names: dict[str, str],
    away: set[str],
    units: t.Mapping[int, UnitNode],
) -> Row:
    model = models[task.process_definition_key]
    assignee = names.get(task.assignee, "") if task.assignee else ""
    unit = units.get(task.unit_id or 0)
    due = deadline(task.due_at, viewer.here, zone()) if task.due_at else None
    return Row(
        key=task.key,
        title=i18n.localised(task.names, task.element_id),
        deadline=due,
        follow_up=task.follow_up_at if task.follow_up_at and task.follow_up_at > viewer.now else None,
        assignee=assignee,
        absent=assignee if task.assignee in away else "",
        checking=task.pending is not None,
        suspended=task.suspended_at is not None,
        raised=task.priority >= HIGH,
        late_why=_late_why(due, model, task.element_id),
        group=_group(viewer, task.due_at),
        **facts_of.get(task.case_id or 0, _NOTHING).subject(shown(model), unit.name if unit else ""),
    )


def _late_why(due: Deadline | None, model: ProcessModel, element_id: str) -> str:
    if due is None or due.state != "late" or not (allowed := allowance(model.elements.get(element_id))):
        return ""
    return _("%(allowed)s given, due %(when)s", allowed=allowed, when=due.exact)


def _group(viewer: Viewer, due: dt.datetime | None) -> str:
    if due is None:
        return "open"
    if due < viewer.now:
        return "overdue"
    if due < viewer.tomorrow:
        return "today"
    return "week" if due < viewer.tomorrow + dt.timedelta(days=6) else "later"


def _facts_of(case_ids: Iterable[int | None]) -> dict[int, _Facts]:
    wanted = sorted({case_id for case_id in case_ids if case_id is not None})
    if not wanted:
        return {}
    return {row.id: _facts(row) for row in db.session.execute(_select_cases(), {"cases": wanted})}


def _facts(row: t.Any) -> _Facts:
    product = i18n.localised({"zh": row.product or "", "en": row.product_en or ""}, row.model or "")
    serial = row.serial_no or ""
    return _Facts(
        case_no=row.case_no,
        priority=row.priority or "",
        customer=i18n.localised({"zh": row.name or "", "en": row.name_en or ""}),
        device=_joined(product, f"…{serial[-6:]}" if len(serial) > 8 else serial),
        fault=(row.fault_description or "")[:MOST_SHOWN],
    )


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


@functools.cache
def _select_cases() -> sa.Select[t.Any]:
    """Built once: every list asks it."""
    case, customer, asset, product = (table_of(model) for model in (Case, Customer, Asset, Product))
    return (
        sa.select(
            case.c.id, case.c.case_no, case.c.serial_no, case.c.priority, case.c.fault_description,
            customer.c.name, customer.c.name_en, product.c.model, product.c.name.label("product"),
            product.c.name_en.label("product_en"),
        )
        .outerjoin_from(case, customer, customer.c.id == case.c.customer_id)
        .outerjoin(asset, asset.c.id == case.c.asset_id)
        .outerjoin(product, product.c.id == asset.c.product_id)
        .where(case.c.id.in_(sa.bindparam("cases", expanding=True)))
    )  # fmt: skip
