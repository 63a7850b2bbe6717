"""Comparing two forms: their fields with everything that is set on them, their options and their order."""

import dataclasses
import difflib
import json
import typing as t
from collections.abc import Iterator, Mapping

from app.studio.comparing.change import Change, Names, NotComparable, Value, chosen, name_changes, setting_changes

TELLING = ("key", "path", "validate.required", "conditional.hide")
_UNTOLD = frozenset(("id", "type", "label", "components", "layout", "values", "text", "properties"))
_NAMING = ("label", "text", "key", "path", "id")


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    id: str
    kind: str
    names: Names
    settings: Mapping[str, Value]
    parent: str


def form_changes(old: bytes, new: bytes) -> Iterator[Change]:
    """Compare two form-js forms. Fields belong together by their ids, or by their keys when the ids are new."""
    before, after = _fields(_json(old)), _fields(_json(new))
    former = _same_fields(before, after)
    moved = _moved(before, after, former)
    for identifier, field in after.items():
        if identifier not in former:
            yield Change("added", field.kind, field.names, identifier, details=chosen(field.settings, TELLING))
            continue
        yield from _differences(before[former[identifier]], field)
        if identifier in moved:
            yield Change("moved", field.kind, field.names, identifier)
    kept = set(former.values())
    for identifier, field in before.items():
        if identifier not in kept:
            yield Change("removed", field.kind, field.names, identifier)


def _json(source: bytes) -> Mapping[str, t.Any]:
    try:
        found = json.loads(source)
    except ValueError as error:
        raise NotComparable("studio.not_comparable") from error
    if not isinstance(found, dict):
        raise NotComparable("studio.not_comparable")
    return found


def _fields(form: Mapping[str, t.Any]) -> dict[str, _Field]:
    found: dict[str, _Field] = {}
    _collect(form, "", found)
    return found


def _collect(holder: Mapping[str, t.Any], parent: str, found: dict[str, _Field]) -> None:
    """Add the components of a form or of a group, one after the other, with those in them."""
    components = holder.get("components")
    for place, component in enumerate(components if isinstance(components, list) else []):
        if not isinstance(component, dict):
            continue
        identifier = str(component.get("id") or component.get("key") or f"{parent}/{place}")
        found[identifier] = _Field(
            identifier, str(component.get("type", "")), _names(component), _settings(component), parent
        )
        _collect(component, identifier, found)


def _names(component: Mapping[str, t.Any]) -> Names:
    """What people read on the field; a field without a label is called by its key."""
    properties = component.get("properties")
    named = properties if isinstance(properties, dict) else {}
    own = next((str(component[name]) for name in _NAMING if component.get(name)), "")
    return Names(own, str(named.get("label:en") or named.get("text:en") or ""))


def _settings(component: Mapping[str, t.Any]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in component.items():
        if name not in _UNTOLD:
            _flat(name, value, found)
    properties = component.get("properties")
    for name, value in (properties if isinstance(properties, dict) else {}).items():
        if name not in ("label:en", "text:en", "values:en"):
            found[f"property:{name}"] = _plain(value)
    for option in component.get("values") or ():
        if isinstance(option, dict):
            value = _plain(option.get("value", ""))
            found[f"option:{value}"] = _plain(option.get("label") or value)
    return found


def _flat(name: str, value: t.Any, found: dict[str, Value]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _flat(f"{name}.{key}", inner, found)
    elif value not in (None, "", False):
        # A condition that is off is the same as none; form-js writes it only after it has been on.
        found[name] = _plain(value)


def _plain(value: t.Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _same_fields(before: Mapping[str, _Field], after: Mapping[str, _Field]) -> dict[str, str]:
    """Id of a new field → id of the old one that it is."""
    found = {identifier: identifier for identifier in after if identifier in before}
    keys = {
        field.settings["key"]: name for name, field in before.items() if "key" in field.settings and name not in after
    }
    for identifier, field in after.items():
        key = field.settings.get("key")
        if identifier not in found and key in keys:
            found[identifier] = keys.pop(key)
    return found


def _differences(old: _Field, new: _Field) -> Iterator[Change]:
    if old.kind != new.kind:
        yield Change("changed", "kind", new.names, new.id, old.kind, new.kind)
    yield from name_changes(old.names, new.names, new.names, new.id)
    yield from setting_changes(old.settings, new.settings, new.names, new.id)


def _moved(before: Mapping[str, _Field], after: Mapping[str, _Field], former: Mapping[str, str]) -> set[str]:
    """Fields that stand elsewhere: in another group, or before or after others of their group than they did."""
    stayed = [name for name, old in former.items() if before[old].parent == former.get(after[name].parent, "")]
    found = former.keys() - stayed
    for parent in {after[name].parent for name in stayed}:
        order = [former[name] for name in after if name in stayed and after[name].parent == parent]
        kept = set(order)
        matcher = difflib.SequenceMatcher(None, [name for name in before if name in kept], order, autojunk=False)
        staying = {name for block in matcher.get_matching_blocks() for name in order[block.b : block.b + block.size]}
        found |= {name for name in stayed if former[name] in kept - staying}
    return found
