"""An incident in words: what could not be done, which property of the diagram asked for it, and with which values."""

import typing as t
from collections.abc import Mapping

from app import i18n
from app.engine.decision_errors import with_cell
from app.engine.finding_text import property_name, told
from app.engine.models import Incident
from app.kernel.errors import shown

MOST_WARNINGS = 2


def sentence(incident: Incident) -> str:
    """Say what happened and why, without the expression and its values, which pages show beside it."""
    return i18n.join_sentences([_what(incident), *_warnings(incident)])


def reason(incident: Incident) -> str:
    """Say why, when the step has been named already."""
    return cause(incident) or sentence(incident)


def cause(incident: Incident) -> str:
    """Return what lies behind an incident in one sentence; empty when it says nothing of its own."""
    code = incident.params.get("cause")
    said = _said(*with_cell(code, incident.params.get("cause_params") or {})) if code else ""
    return "" if said == code else _ended(said)


def complete(incident: Incident) -> str:
    """Say everything in one text, for whoever sees nothing but the text."""
    sentences = [sentence(incident)]
    evidence = incident.evidence or []
    expressions = dict.fromkeys(one["expression"] for one in evidence if one.get("expression"))
    if expressions:
        sentences.append(i18n.text("engine.expression_was", expression=i18n.text("; ").join(expressions)))
    if names := values(incident):
        sentences.append(i18n.text("engine.values_were", values=i18n.text("; ").join(map(_value, names))))
    return i18n.join_sentences(sentences)


def values(incident: Incident) -> list[Mapping[str, t.Any]]:
    """Return each name that was used once, with its value then as JSON text; None for what was not there."""
    named = [name for one in incident.evidence or [] for name in one.get("names", ())]
    return list({name["name"]: name for name in named}.values())


def place(evidence: Mapping[str, t.Any]) -> str:
    """Name the property that an expression stands in, and its element or flow."""
    return property_name(evidence["place"], i18n.localised(evidence.get("at"), evidence["element"]))


def _what(incident: Incident) -> str:
    params: dict[str, t.Any] = {name: _plain(value) for name, value in incident.params.items()}
    params["error"] = cause(incident) or params.get("error", "")
    first = next(iter(incident.evidence or ()), None)
    if first is not None:
        params |= {"place": place(first), "decision": first.get("name") or params.get("decision")}
        params["element"] = i18n.localised(first.get("from"), str(params.get("element", "")))
    return _ended(_said(incident.code, params | told(params)))


def _warnings(incident: Incident) -> list[str]:
    found = [_ended(_said(warning["code"], warning["params"]))
             for one in incident.evidence or () for warning in one.get("warnings", ())]  # fmt: skip
    return list(dict.fromkeys(found))[:MOST_WARNINGS]


def _value(named: Mapping[str, t.Any]) -> str:
    if named["value"] is None:
        return i18n.text("engine.value_missing", name=named["name"])
    return f"{named['name']} = {named['value']}"


def _said(code: str, params: Mapping[str, t.Any]) -> str:
    return i18n.text(code, **{name: _plain(value) for name, value in params.items()})


def _plain(value: t.Any) -> t.Any:
    return value if isinstance(value, str | int) and not isinstance(value, bool) else shown(value)


def _ended(text: str) -> str:
    """Close a sentence that ends without its mark, because another one follows."""
    if not text or text[-1] in ".!?。！？":
        return text
    return text + ("。" if i18n.language() == "zh" else ".")
