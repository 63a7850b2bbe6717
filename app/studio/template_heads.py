"""What every element template of ours begins with, whatever it fills in."""

import typing as t
from collections.abc import Mapping

from app.studio.icons import icon_address

Template = dict[str, t.Any]
# Without the schema's name the modeler drops a template silently.
SCHEMA = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
VERSION = 1


class Described(t.Protocol):
    """A step or service task: its texts by language, and the name of its icon."""

    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def purpose(self) -> Mapping[str, str]: ...
    @property
    def icon(self) -> str: ...


def head(identifier: str, one: Described, language: str, category: Template) -> Template:
    """Return the part of a template that says what it is and where menus show it."""
    return {
        "$schema": SCHEMA,
        "id": identifier,
        "name": one.names[language],
        "description": one.purpose[language],
        "version": VERSION,
        "icon": {"contents": icon_address(one.icon)},
        "category": category,
    }
