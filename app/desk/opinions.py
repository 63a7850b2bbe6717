"""What a decision table says about a form, in words: result first, then the values that led to it."""

import typing as t
from collections.abc import Iterable, Mapping

from app.desk.texts import annotation_texts, code_text, wording
from app.engine.submission import Opinion
from app.i18n import text as _

CAREFUL = frozenset(
    {"human_damage", "misuse", "expired", "no_proof", "identity_mismatch", "no_fault_found", "hq_factory", "P1"}
)


def in_words(opinion: Opinion, decision: str, schema: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the answer the form shows: state, title and reasons.

    :param schema: the form in the person's language, whose labels name the values.
    """
    outputs = _outputs(opinion, decision)
    texts = [code_text(decision, name, value) for name, value in outputs.items() if value is not None]
    title = _("%(first)s: %(rest)s", first=texts[0], rest=", ".join(texts[1:])) if len(texts) > 1 else "".join(texts)
    fields = {field["key"]: field for field in _fields(schema.get("components", ())) if field.get("key")}
    told = [_reason(decision, name, value, fields.get(name, {})) for name, value in _read(opinion, decision).items()]
    reasons = [{"ok": None, "text": one, "source": ""} for one in (*_remarks(opinion, decision), *told)]
    if reasons:
        reasons[-1]["source"] = _("table version %(version)d", version=opinion.version)
    return {"state": _state(outputs), "title": title or _("No rule fits"), "reasons": reasons}


def _outputs(opinion: Opinion, decision: str) -> dict[str, t.Any]:
    """The result by output name; a table with one output gives the bare value, whose name stands in the trace."""
    if isinstance(opinion.value, Mapping):
        return dict(opinion.value)
    for table in _step(opinion, decision).get("tables", ()):
        for rule in table["matched"]:
            return dict.fromkeys(rule["outputs"], opinion.value)
    return {} if opinion.value is None else {"": opinion.value}


def _remarks(opinion: Opinion, decision: str) -> list[str]:
    """What the table says beside the rules that fitted."""
    rules = (rule for table in _step(opinion, decision).get("tables", ()) for rule in table["matched"])
    return [remark for rule in rules for remark in annotation_texts(rule.get("annotations") or {})]


def _read(opinion: Opinion, decision: str) -> dict[str, t.Any]:
    return dict(_step(opinion, decision).get("read", {}))


def _step(opinion: Opinion, decision: str) -> Mapping[str, t.Any]:
    return next((step for step in opinion.trace or () if step.get("decision") == decision), {})


def _state(outputs: Mapping[str, t.Any]) -> str:
    values = {value for value in outputs.values() if isinstance(value, str)}
    if not outputs or values & CAREFUL or False in outputs.values():
        return "warn"
    return "ok"


def _reason(decision: str, name: str, value: t.Any, field: Mapping[str, t.Any]) -> str:
    label = wording(f"{decision}.input.{name}", field.get("label") or name)
    return _("%(label)s: %(value)s", label=label, value=_value(decision, name, value, field))


def _value(decision: str, name: str, value: t.Any, field: Mapping[str, t.Any]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, ""):
        return _("not given")
    for option in field.get("values") or ():
        if option.get("value") == value:
            return str(option.get("label") or value)
    return code_text(decision, name, value)


def _fields(components: Iterable[Mapping[str, t.Any]]) -> t.Iterator[Mapping[str, t.Any]]:
    for component in components:
        yield component
        yield from _fields(component.get("components", ()))
