"""A form as read: components with compiled expressions. No component refers to another one by object."""

import dataclasses
import typing as t
from collections.abc import Iterator, Mapping

from app.feel import Expression
from app.forms.expressions import NOTHING, Dynamic
from app.forms.patterns import Pattern

Path = tuple[str, ...]


class Placed(t.NamedTuple):
    """An expression and the property of the component in which it stands."""

    element_id: str
    property: str
    expression: Expression


@dataclasses.dataclass(frozen=True, kw_only=True)
class Component:
    """Anything on a form.

    Attributes:
        id: the component's id in the file.
        kind: form-js component type.
        hide: FEEL condition under which it is not there.
        source: the component's own JSON.
    """

    id: str
    kind: str
    hide: Expression | None = None
    source: Mapping[str, t.Any] = dataclasses.field(default_factory=dict, repr=False)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """The part of `validate` that may depend on other values."""

    required: Dynamic = NOTHING
    min: Dynamic = NOTHING
    max: Dynamic = NOTHING
    min_length: Dynamic = NOTHING
    max_length: Dynamic = NOTHING


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """Where the options of a choice come from; exactly one of the three is set."""

    static: tuple[t.Any, ...] | None = None
    variable: Path | None = None
    expression: Expression | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Field(Component):
    """A component with a value.

    Attributes:
        path: where the value stands within the form, or within the row of the surrounding list.
        locked: shown but never taken from a submission (readonly or disabled).
        computed: the expression of an expression field.
        pattern: what a text must match, with `message` by language.
        format: `email` or `phone`.
        future: a date that may not lie in the past.
    """

    path: Path
    locked: Dynamic = NOTHING
    default: t.Any = None
    limits: Limits = Limits()
    options: Options | None = None
    computed: Expression | None = None
    pattern: Pattern | None = None
    message: Mapping[str, str] = dataclasses.field(default_factory=dict)
    format: str = ""
    future: bool = False

    @property
    def multiple(self) -> bool:
        """Whether the value is a list of options."""
        return self.kind in {"checklist", "taglist"}

    @property
    def zoned(self) -> bool:
        """Whether a moment is stored with its offset."""
        return self.source.get("timeSerializingFormat") in {"utc_offset", "utc_normalized"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Group(Component):
    """Components that appear together; the paths of its fields already contain the group's own."""

    children: tuple[Component, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class RowList(Component):
    """Components repeated for each row of a list."""

    path: Path
    children: tuple[Component, ...] = ()
    fixed: bool = False
    default_rows: int = 1


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verdict(Component):
    """A decision that is asked while one types.

    Attributes:
        decision: id of the decision.
        inputs: keys of the fields it is asked with.
        overrule: key of the field by which a person overrules it, and `reason` the key of the field that says why;
            whoever evaluates the decision on completion asks for the reason.
    """

    decision: str
    inputs: tuple[str, ...] = ()
    overrule: Path | None = None
    reason: Path | None = None


def walk(components: t.Iterable[Component]) -> Iterator[Component]:
    """Yield every component, parents before children."""
    for component in components:
        yield component
        if isinstance(component, Group | RowList):
            yield from walk(component.children)


def at(values: t.Any, path: Path) -> t.Any:
    """Return what stands at a path, or None."""
    for step in path:
        if not isinstance(values, Mapping):
            return None
        values = values.get(step)
    return values


def put(values: dict[str, t.Any], path: Path, value: t.Any) -> None:
    """Set a value at a path, making the objects on the way."""
    for step in path[:-1]:
        inner = values.get(step)
        if not isinstance(inner, dict):
            inner = values[step] = {}
        values = inner
    values[path[-1]] = value


def has(values: t.Any, path: Path) -> bool:
    """Tell whether something, be it null, stands at a path."""
    for step in path:
        if not isinstance(values, Mapping) or step not in values:
            return False
        values = values[step]
    return True
