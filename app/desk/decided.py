"""How a decision came about, in words: the values it read, the rules that fitted, the result."""

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

from app import i18n
from app.desk.texts import annotation_texts, code_text, wording
from app.i18n import text as _


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


def tables(trace: Mapping[str, t.Any]) -> list[Table]:
    """Return the decisions behind a step by its trace, the required ones before the one that needed them."""
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
