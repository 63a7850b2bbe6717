"""What happened at which element: the history as a table, the tokens on the diagram, decisions in readable form."""

import dataclasses
import datetime as dt
import typing as t
from collections import Counter
from collections.abc import Iterable, Sequence

from app import clock, i18n
from app.cockpit import why
from app.cockpit.names import Names
from app.cockpit.waits import Wait
from app.engine.models import ElementInstance
from app.kernel.model import ProcessModel


@dataclasses.dataclass(frozen=True)
class Step:
    """One activation of an element."""

    row: ElementInstance
    name: str
    kind: str
    state: str
    who: str
    open_to: str
    """Of a task nobody has taken yet: whom it is offered to."""
    spent: dt.timedelta
    ways: tuple[str, ...]
    """Names of the flows by which it left, as far as they have one."""

    @property
    def decided(self) -> bool:
        """Whether a decision was taken here."""
        return bool(self.row.trace)


@dataclasses.dataclass(frozen=True)
class Here:
    """An element with tokens: what the diagram marks, as a line of a table."""

    element_id: str
    name: str
    kind: str
    tokens: int
    stuck: bool
    since: dt.datetime


def steps(rows: Sequence[ElementInstance], waits: Iterable[Wait], model: ProcessModel, names: Names) -> list[Step]:
    """Return the history, what is live first, then the newest."""
    resting = {wait.token: wait for wait in waits}
    shown = [_step(row, resting.get(row.token), model, names) for row in rows if row.kind != "process"]
    return sorted(shown, key=lambda one: (one.row.ended_at is None, one.row.token), reverse=True)


def _step(row: ElementInstance, wait: Wait | None, model: ProcessModel, names: Names) -> Step:
    flows = (model.flows[flow] for flow in row.flows or () if flow in model.flows)
    ways = tuple(i18n.localised({"zh": flow.name, "en": flow.name_en or ""}) for flow in flows if flow.name)
    task = wait.task if wait else None
    return Step(
        row=row,
        name=names.element(row.process_definition_key, row.element_id),
        kind=row.kind,
        state="incident" if wait and wait.kind == "incident" else row.state,
        who=names.person(task.assignee if task else row.actor),
        open_to=why.offered_to(task, names) if task and not task.assignee else "",
        spent=(row.ended_at or clock.now()) - row.entered_at,
        ways=ways,
    )


def here(waits: Sequence[Wait], names: Names) -> list[Here]:
    """Return the elements with tokens, the stuck ones first."""
    lines: dict[str, Here] = {}
    counts = Counter(wait.element_id for wait in waits)
    for wait in waits:
        known = lines.get(wait.element_id)
        lines[wait.element_id] = Here(
            element_id=wait.element_id,
            name=names.element(wait.definition_key, wait.element_id),
            kind=names.kind(wait.definition_key, wait.element_id),
            tokens=counts[wait.element_id],
            stuck=wait.kind == "incident" or (known is not None and known.stuck),
            since=min(wait.since, known.since) if known else wait.since,
        )
    return sorted(lines.values(), key=lambda line: (not line.stuck, line.since))


def marks(rows: Sequence[ElementInstance], lines: Iterable[Here]) -> dict[str, t.Any]:
    """Return marks and token counts as the viewer takes them: elements done, flows taken, here, stuck."""
    drawn: dict[str, str] = {}
    for row in rows:
        if row.kind == "process":
            continue
        drawn |= dict.fromkeys(row.flows or (), "is-done")
        if row.state == "completed":
            drawn[row.element_id] = "is-done"
    tokens = {}
    for line in lines:
        drawn[line.element_id] = "is-stuck" if line.stuck else "is-here"
        tokens[line.element_id] = {"count": line.tokens, "bad": line.stuck}
    return {"marks": drawn, "tokens": tokens}
