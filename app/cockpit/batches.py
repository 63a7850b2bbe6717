"""Orders over many cases: how far each has come, and what became of every case."""

import dataclasses
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app.cockpit import names as naming
from app.cockpit.names import Names
from app.cockpit.tools import Tool, known_tool
from app.db import db
from app.desk.models import Case
from app.engine.batch_text import item_sentence
from app.engine.migration_text import said
from app.engine.models import BatchItem, BatchOperation, ProcessDefinition
from app.engine.queries import Page, Sort, detail, paginate, search
from app.i18n import text as _
from app.people.person import Person

PAGE = 50
ITEM_STATES = ("failed", "stopped", "waiting", "done")
"""In the order in which somebody wants to see them."""


@dataclasses.dataclass(frozen=True)
class Order:
    """One order with its counts."""

    batch: BatchOperation
    counts: dict[str, int]
    process: str
    versions: str
    who: str

    @property
    def over(self) -> int:
        """How many cases have been dealt with."""
        return self.counts.get("done", 0) + self.counts.get("failed", 0)

    @property
    def percent(self) -> float:
        return 100 * self.over / self.batch.total if self.batch.total else 100

    @property
    def title(self) -> str:
        if self.tool is not None:
            return str(self.tool.order) % {"process": self.process}
        return _("Move cases to %(version)s: %(process)s", version=self.versions, process=self.process)

    @property
    def tool(self) -> Tool | None:
        """The tool that was used; None for a move to another version."""
        return known_tool(self.batch.kind)

    @property
    def undo(self) -> Tool | None:
        """The tool that takes back what has been done; None when nothing can."""
        tool = self.tool
        return known_tool(tool.undone_by) if tool is not None and self.counts.get("done") else None

    @property
    def may_stop(self) -> bool:
        return self.counts.get("waiting", 0) > 0

    @property
    def may_resume(self) -> bool:
        return self.batch.state != "running" and bool(self.counts.get("failed") or self.counts.get("stopped"))


@dataclasses.dataclass(frozen=True)
class Line:
    """One case of an order."""

    item: BatchItem
    number: str
    sentences: list[str]


@dataclasses.dataclass(frozen=True)
class Listed:
    """One page of the cases of an order."""

    lines: list[Line]
    page: Page[BatchItem]


def orders(person: Person, *, after: str | None = None, before: str | None = None) -> tuple[list[Order], Page[t.Any]]:
    """Return a page of orders, the newest first."""
    sorts = [Sort(BatchOperation.created_at, True)]
    query = search.batch_operations(person)
    page = paginate(query, sorts, BatchOperation.key, limit=PAGE, after=after, before=before)
    return _orders(page.items), page


def order(person: Person, key: int) -> Order:
    """Return one order. Raises NotFound."""
    return _orders([detail.get_batch(person, key)])[0]


def _orders(batches: Sequence[BatchOperation]) -> list[Order]:
    counts = detail.batch_counts([one.key for one in batches])
    names = naming.read([], people=[one.created_by for one in batches])
    targets = _versions([one.plan.get("target") for one in batches])
    return [_order(one, counts, names, targets) for one in batches]


def _order(
    batch: BatchOperation, counts: dict[tuple[int, str], int], names: Names, targets: dict[int | None, int]
) -> Order:
    return Order(
        batch=batch,
        counts={state: counts[batch.key, state] for state in ITEM_STATES if (batch.key, state) in counts},
        process=names.processes.get(batch.process_id, batch.process_id),
        versions=f"v{targets.get(batch.plan.get('target'), '?')}",
        who=names.person(batch.created_by),
    )


def _versions(keys: list[int | None]) -> dict[int | None, int]:
    wanted = sorted({key for key in keys if key is not None})
    query = sa.select(ProcessDefinition.key, ProcessDefinition.version).where(ProcessDefinition.key.in_(wanted))
    return {row.key: row.version for row in db.session.execute(query)} if wanted else {}


def items(person: Person, batch: BatchOperation, state: str, *, after: str | None, before: str | None) -> Listed:
    """Return a page of the cases of an order that are in one state."""
    query = search.batch_items(person).where(BatchItem.batch_key == batch.key, BatchItem.state == state)
    page = paginate(
        query, [Sort(BatchItem.instance_key)], BatchItem.instance_key, limit=PAGE, after=after, before=before
    )
    numbers = _numbers(page.items)
    target = batch.plan.get("target")
    lines = [Line(one, numbers.get(one.case_id, str(one.instance_key)), _sentences(one, target)) for one in page.items]
    return Listed(lines, page)


def _numbers(rows: Sequence[BatchItem]) -> dict[int | None, str]:
    wanted = sorted({row.case_id for row in rows if row.case_id is not None})
    query = sa.select(Case.id, Case.case_no).where(Case.id.in_(wanted))
    return {row.id: row.case_no for row in db.session.execute(query)} if wanted else {}


def _sentences(item: BatchItem, target: int | None) -> list[str]:
    """Why a case stayed as it was, or what is different about it now."""
    if item.state == "failed":
        return [item_sentence(item, target)]
    findings = item.findings if item.state == "done" else None
    return [one["message"] for one in said(findings, item.definition_key, target)] if findings else []


def state_names() -> dict[str, str]:
    """Return the states of cases in words."""
    return {"failed": _("Stayed as they were"), "stopped": _("Stopped"), "waiting": _("Waiting"), "done": _("Done")}
