"""The fields of a form as rows to read: what is asked, in which shape, and what help stands beside it."""

import dataclasses
import typing as t
from collections.abc import Iterator, Mapping

from app.studio.comparing.labels import part_name
from app.studio.handbook.words import Words

SILENT = frozenset(("spacer", "separator", "button", "image"))
WORDS = frozenset(("text", "html"))
MOST_OPTIONS = 12
"""Options that are printed one by one; of more than these the handbook says how many there are."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One field, or a group or list with its fields one level deeper."""

    depth: int
    label: str
    kind: str
    required: bool
    options: tuple[str, ...]
    more: int
    help: str
    shown: Words | None
    """The condition under which the field is not there."""
    says: str


def rows(form: Mapping[str, t.Any], depth: int = 0) -> Iterator[Row]:
    """Every component of a form that was translated before, in its order."""
    for component in form.get("components") or ():
        if component["type"] in SILENT:
            continue
        yield _row(component, depth)
        yield from rows(component, depth + 1)


def _row(component: Mapping[str, t.Any], depth: int) -> Row:
    kind = component["type"]
    options = [str(one.get("label") or one.get("value")) for one in component.get("values") or ()]
    hidden = (component.get("conditional") or {}).get("hide")
    return Row(
        depth=depth,
        label=str(component.get("label") or ("" if kind in WORDS else component.get("key") or "")),
        kind=part_name(kind),
        required=bool((component.get("validate") or {}).get("required")),
        options=tuple(options[:MOST_OPTIONS]),
        more=max(0, len(options) - MOST_OPTIONS),
        help=str(component.get("description") or ""),
        shown=Words(hidden.removeprefix("="), code=True) if isinstance(hidden, str) and hidden else None,
        says=str(component.get("text") or "") if kind in WORDS else "",
    )
