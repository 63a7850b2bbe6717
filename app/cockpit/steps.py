"""What happened at which element: the history as a table, the tokens on the diagram, decisions in readable form."""

import dataclasses
import datetime as dt
import typing as t
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from app import clock, i18n
from app.cockpit import why
from app.cockpit.names import Names
from app.cockpit.waits import Wait
from app.desk.texts import annotation_texts, code_text, wording
from app.engine.models import ElementInstance
from app.i18n import text as _
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


class Fitted(t.NamedTuple):
    """A rule that fitted: its number, what it gives, what the table says beside it."""

    number: int
    result: str
    remarks: list[str]


@dataclasses.dataclass(frozen=True)
class Table:
    """One decision table as it was asked: the values it read, the rules that fitted, the result."""

    name: str
    version: int | None
    policy: str
    inputs: list[tuple[str, str]]
    rules: list[Fitted]
    result: str


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


def tables(row: ElementInstance) -> list[Table]:
    """Return the decisions behind a step, the required ones before the one that needed them."""
    trace = row.trace or {}
    found = _tables(trace.get("decisions"), (trace.get("used") or {}).get("version"))
    for verdict in (trace.get("verdicts") or {}).values():
        found += _tables(verdict.get("decisions"), verdict.get("version"))
    return found


def _tables(decisions: Sequence[Mapping[str, t.Any]] | None, version: int | None) -> list[Table]:
    nothing: Mapping[str, t.Any] = {}
    return [
        _table(decision, table, version)
        for decision in decisions or ()
        for table in decision.get("tables") or (nothing,)
    ]


def _table(decision: Mapping[str, t.Any], table: Mapping[str, t.Any], version: int | None) -> Table:
    scope = str(decision.get("decision") or "")
    rules = [
        Fitted(int(one["index"]), outcome(scope, one["outputs"]), annotation_texts(one.get("annotations") or {}))
        for one in table.get("matched", ())
    ]
    return Table(
        name=_title(scope, str(table.get("name") or scope)),
        version=version,
        policy=str(table.get("hit_policy") or ""),
        inputs=_inputs(scope, decision.get("read") or {}, table.get("inputs") or ()),
        rules=rules,
        result=rules[0].result if len(rules) == 1 else value_text(decision.get("output")),
    )


def _title(scope: str, name: str) -> str:
    """Return a table's name. Tables have a Chinese name only; in English their id reads better than that."""
    return name if i18n.language() == "zh" else scope.replace("_", " ").capitalize() or name


def _inputs(scope: str, read: Mapping[str, t.Any], columns: Sequence[Mapping[str, t.Any]]) -> list[tuple[str, str]]:
    """Return what was asked: the values read in the library's words, else the table's own columns."""
    labels = {name: wording(f"{scope}.input.{name}") for name in read}
    if labels and all(labels.values()):
        return [(label, _output(scope, name, read[name])) for name, label in labels.items()]
    if columns:
        return [(str(column["label"]), value_text(column["value"])) for column in columns]
    return [(name, value_text(value)) for name, value in read.items()]


def outcome(scope: str, outputs: Mapping[str, t.Any]) -> str:
    """Say what a rule gives, in the library's words where it has some."""
    return "; ".join(f"{name} = {_output(scope, name, value)}" for name, value in outputs.items())


def _output(scope: str, name: str, value: t.Any) -> str:
    return value_text(value) if isinstance(value, bool | list | dict) else code_text(scope, name, value) or "–"


def value_text(value: t.Any) -> str:
    """Write a value of a decision or variable in a line."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {value_text(one)}" for name, one in value.items())
    return ", ".join(map(value_text, value)) if isinstance(value, list) else str(value)
