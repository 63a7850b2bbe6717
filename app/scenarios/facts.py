"""What expressions of a scenario can read: the case, variables, papers, stock and everything else that came of a run.

Every name is loaded when an expression first asks for it.
"""

import datetime as dt
import decimal
import typing as t
from collections.abc import Callable, Iterator, Mapping

import orjson
import sqlalchemy as sa

from app.db import Base, db
from app.desk import context
from app.desk.models import (
    Case,
    CaseNote,
    Document,
    NewNeed,
    Notice,
    PartStock,
    PenaltyRecord,
    ResponsibilityLink,
    SparePart,
)
from app.engine.models import ElementInstance, ProcessInstance, UserTask, Variable
from app.people.models import User
from app.scenarios.stage import open_incidents
from app.scenarios.visits import travelled

ROOT_SCOPE = 1
"""The scope in which the variables of an instance itself are."""


class Facts(Mapping[str, t.Any]):
    """The names, for one case."""

    def __init__(self, case_id: int | None) -> None:
        self._case_id = case_id
        self._loaded: dict[str, t.Any] = {}

    def __getitem__(self, name: str) -> t.Any:
        if name not in self._loaded:
            self._loaded[name] = self._case() if name == "case" else LOADERS[name]()
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("case", *LOADERS))

    def __len__(self) -> int:
        return 1 + len(LOADERS)

    def _case(self) -> dict[str, t.Any]:
        return {} if self._case_id is None else context.of_case(self._case_id)


def _cases() -> list[t.Any]:
    return [context.of_case(key) for key in db.session.scalars(sa.select(Case.id).order_by(Case.id))]


def _variables() -> dict[str, list[dict[str, t.Any]]]:
    """Process id → the variables of its instances, in the order in which they started."""
    rows = db.session.scalars(sa.select(Variable).where(Variable.scope == ROOT_SCOPE))
    held: dict[int, dict[str, t.Any]] = {}
    for row in rows:
        if row.value is not None:
            held.setdefault(row.instance_key, {})[row.name] = orjson.loads(row.value)
    found: dict[str, list[dict[str, t.Any]]] = {}
    for key, process in _instances():
        found.setdefault(process, []).append(held.get(key, {}))
    return found


def _visited() -> dict[str, list[list[str]]]:
    """Process id → the elements its instances visited, those inside of sub-processes among them."""
    found: dict[str, list[list[str]]] = {}
    for one in travelled():
        found.setdefault(one.process, []).append([visit.element for visit in one.visits])
    return found


def _decisions() -> dict[str, dict[str, t.Any]]:
    """Process id → decision id → the last result, its version, and per table the numbers of the rules that matched."""
    query = (
        sa.select(ProcessInstance.process_id, ElementInstance.trace)
        .join(ProcessInstance, ProcessInstance.key == ElementInstance.instance_key)
        .where(ElementInstance.trace.is_not(sa.null()))
        .order_by(ElementInstance.entered_at, ElementInstance.token)
    )
    found: dict[str, dict[str, t.Any]] = {}
    for process, trace in db.session.execute(query):
        for decision, told in _made(trace or {}):
            found.setdefault(process, {})[decision] = told
    return found


def _made(trace: Mapping[str, t.Any]) -> Iterator[tuple[str, dict[str, t.Any]]]:
    """The decisions that an element made: of a rule task its own, of a user task those of its form."""
    verdicts = trace.get("verdicts") or {}
    for one in verdicts.values():
        yield one["decision"], _told(one["version"], one["decisions"])
    if "used" in trace:
        yield trace["used"]["id"], _told(trace["used"]["version"], trace["decisions"])


def _told(version: int, decisions: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    last = decisions[-1] if decisions else {}
    rules = [rule["index"] for table in last.get("tables", ()) for rule in table.get("matched", ())]
    return {"version": version, "result": last.get("output"), "rules": rules}


def _documents() -> list[t.Any]:
    return _rows(Document)


def _notices() -> list[t.Any]:
    """Notices; `to` is the recipient with its kind, such as `customer:李娜`."""
    return [{**row, "to": f"{row['recipient_kind']}:{row['recipient']}"} for row in _rows(Notice)]


def _links() -> list[t.Any]:
    people = {key: username for key, username in db.session.execute(sa.select(User.id, User.username))}  # noqa: C416 (dict(rows) does not type-check)
    rows = _rows(ResponsibilityLink)
    return [
        {**row, "handler": people.get(row["handler_id"]), "answers_to": people.get(row["answers_to_id"])}
        for row in rows
    ]


def _stock() -> dict[str, dict[str, int]]:
    """Site → part number → how many are on hand."""
    return {site: {no: row["on_hand"] for no, row in parts.items()} for site, parts in _parts().items()}


def _parts() -> dict[str, dict[str, t.Any]]:
    """Site → part number → everything that is known of its stock."""
    numbers = {key: no for key, no in db.session.execute(sa.select(SparePart.id, SparePart.part_no))}  # noqa: C416 (as above)
    found: dict[str, dict[str, t.Any]] = {}
    for row in _rows(PartStock):
        found.setdefault(row["site"], {})[numbers[row["part_id"]]] = row
    return found


def _incidents() -> list[dict[str, t.Any]]:
    return [
        {"code": one.code, "process": one.process_id, "element": one.element_id, "params": one.params}
        for one in open_incidents()
    ]


def _tasks() -> list[dict[str, t.Any]]:
    """The open tasks; candidates are written `role@unit`."""
    query = sa.select(UserTask).where(UserTask.state == "created").order_by(UserTask.key)
    return [
        {
            "element": one.element_id,
            "process": one.process_id,
            "assignee": one.assignee,
            "candidates": ["@".join(filter(None, group)) for group in one.candidates],
            "due_at": _plain(one.due_at),
        }
        for one in db.session.scalars(query)
    ]


def _penalties() -> list[t.Any]:
    return _rows(PenaltyRecord)


def _flags() -> list[str]:
    """What was flagged, in order."""
    return [row["flag"] for row in _penalties() if row["flag"]]


def _records() -> dict[str, list[dict[str, t.Any]]]:
    """Table → its rows, for what has no name of its own here."""
    return {
        mapper.class_.__tablename__: _rows(mapper.class_)
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith("app.desk.")
    }


LOADERS: Mapping[str, Callable[[], t.Any]] = {
    "cases": _cases,
    "variables": _variables,
    "visited": _visited,
    "decisions": _decisions,
    "documents": _documents,
    "notices": _notices,
    "notes": lambda: _rows(CaseNote),
    "links": _links,
    "stock": _stock,
    "parts": _parts,
    "tasks": _tasks,
    "incidents": _incidents,
    "penalties": _penalties,
    "flags": _flags,
    "needs": lambda: _rows(NewNeed),
    "records": _records,
}
"""Every name but `case`, with what loads it."""


def _instances() -> list[tuple[int, str]]:
    query = sa.select(ProcessInstance.key, ProcessInstance.process_id)
    ordered = query.order_by(ProcessInstance.started_at, ProcessInstance.key)
    return [(key, process) for key, process in db.session.execute(ordered)]


def _rows(model: t.Any) -> list[dict[str, t.Any]]:
    """All rows of a table in the order in which they were written, as FEEL sees them."""
    table = model.__table__
    rows = db.session.execute(sa.select(table).order_by(*table.primary_key.columns))
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in rows]  # noqa: SLF001 (SQLAlchemy's documented way)


def _plain(value: t.Any) -> t.Any:
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
