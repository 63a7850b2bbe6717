"""From components to a marshmallow schema: the nesting follows the paths, the fields follow the types."""

import typing as t
from collections.abc import Iterable
from decimal import Decimal

from marshmallow import Schema
from marshmallow import fields as ma

from app.forms import fields
from app.forms.model import Component, Field, Group, Path, RowList


def build_schema(components: Iterable[Component]) -> Schema:
    """Return the schema that brings a submission into shape; it knows nothing of conditions and options."""
    tree: dict[str, t.Any] = {}
    for path, component in _placed(components):
        branch = tree
        for step in path[:-1]:
            branch = branch.setdefault(step, {})
        branch[path[-1]] = component
    return _schema(tree)


def _placed(components: Iterable[Component]) -> t.Iterator[tuple[Path, Field | RowList]]:
    for component in components:
        if isinstance(component, Group):
            yield from _placed(component.children)
        elif isinstance(component, RowList) or (isinstance(component, Field) and component.computed is None):
            yield component.path, component


def _schema(tree: dict[str, t.Any]) -> Schema:
    # Attribute names are made up, because a form's key may well be `load` or `fields`.
    members: dict[str, ma.Field[t.Any]] = {
        f"f{number}": _member(entry, data_key=key, attribute=key) for number, (key, entry) in enumerate(tree.items())
    }
    return Schema.from_dict(t.cast("dict[str, t.Any]", members), name="FormSchema")()


def _member(entry: t.Any, **options: t.Any) -> ma.Field[t.Any]:
    if isinstance(entry, dict):
        return fields.Section(_schema(entry), **options)
    if isinstance(entry, RowList):
        return fields.Rows(build_schema(entry.children), **options)
    return _MAKERS[entry.kind](entry, options)


def _number(field: Field, options: dict[str, t.Any]) -> ma.Field[t.Any]:
    digits, step = field.source.get("decimalDigits"), field.source.get("increment")
    return fields.Number(
        decimals=digits if isinstance(digits, int) else None,
        step=Decimal(str(step)) if step else None,
        as_text=field.source.get("serializeToString") is True,
        **options,
    )


def _moment(field: Field, options: dict[str, t.Any]) -> ma.Field[t.Any]:
    return fields.Moment(subtype=field.source.get("subtype", "date"), zoned=field.zoned, **options)


_MAKERS: dict[str, t.Callable[[Field, dict[str, t.Any]], ma.Field[t.Any]]] = {
    "textfield": lambda _, options: fields.Text(**options),
    "textarea": lambda _, options: fields.Text(lines=True, **options),
    "number": _number,
    "checkbox": lambda _, options: fields.Flag(**options),
    "radio": lambda _, options: fields.Choice(**options),
    "select": lambda _, options: fields.Choice(**options),
    "checklist": lambda _, options: fields.Choices(**options),
    "taglist": lambda _, options: fields.Choices(**options),
    "datetime": _moment,
    "filepicker": lambda _, options: fields.Files(**options),
}
