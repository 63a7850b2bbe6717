"""What a register is: one description from which its list, pages, export and import come."""

import dataclasses
import functools
import typing as t
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from marshmallow import EXCLUDE, Schema, ValidationError, fields

from app.desk.complaints import Complaint
from app.desk.registers.columns import Column, Reference, Wrong
from app.people import access
from app.people.person import ADMINISTRATOR, STAFF, Person

Row = t.Any
JOIN = "~"
"""Between the parts of the key of a record that is identified by several."""


@dataclasses.dataclass(frozen=True)
class Right:
    """Who may: people with one of the permission sets, and people who hold one of the roles. Administrators always."""

    sets: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    def held_by(self, person: Person, unit: str | None = None) -> bool:
        """Whether a person has it, at a unit where that matters."""
        if ADMINISTRATOR in person.permissions or not self.sets.isdisjoint(person.permissions):
            return True
        return any(access.holds(person, role, unit) for role in self.roles)


EVERYBODY = Right(frozenset({STAFF}))


def right(*names: str) -> Right:
    """Return a right of permission sets and roles, told apart by their names."""
    from app.people.person import PERMISSION_SETS

    sets = frozenset(names) & frozenset(PERMISSION_SETS)
    return Right(sets, frozenset(names) - sets)


@dataclasses.dataclass
class Change:
    """What is to become of one record: `values` over what stood there, and what is wrong with that."""

    line: int
    """Line of the sheet it came from; 0 for a form."""
    values: dict[str, t.Any]
    old: Row = None
    complaints: dict[str, list[Complaint]] = dataclasses.field(default_factory=dict)

    def wrong(self, name: str, code: str, /, **params: t.Any) -> None:
        """Note that a column is wrong."""
        self.complaints.setdefault(name, []).append((code, params))

    def get(self, name: str) -> t.Any:
        """Return what a column will hold."""
        return self.values[name] if name in self.values else getattr(self.old, name, None)

    @property
    def before(self) -> dict[str, t.Any]:
        """What stood in the columns that change; empty for a new record."""
        if self.old is None:
            return {}
        return {name: getattr(self.old, name) for name, new in self.values.items() if getattr(self.old, name) != new}

    @property
    def state(self) -> str:
        """`rejected`, `added`, `changed` or `same`."""
        if self.complaints:
            return "rejected"
        return "added" if self.old is None else "changed" if self.before else "same"


Rules = Callable[[t.Any, Person, Sequence[Change]], None]
"""What holds between columns and records: (session, person, changes) notes what is wrong with each of them."""


@dataclasses.dataclass(frozen=True)
class Detail:
    """Records of another register that belong to one of this: those whose column names it."""

    register: str
    column: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Register:
    """The description.

    Attributes:
        id: its name in addresses, in the names of sheets, and in `Reference.to`.
        one: the word for a single record.
        key: the columns that tell records apart; an import finds by them what is there already.
        order: columns of the list's order that are never empty; the primary key is added.
        place: the column with the unit a record belongs to; only people of that unit see it.
        scope: further condition for what a person may see.
        search: further ways to find by a text.
        views: ready-made conditions to choose from, by name: (label, condition).
        names: columns of which a record is called, the first that is filled; see `localised`.
        fresh: values that a new record gets besides what is written.
        cases: keyword of `queries.cases_of` for the cases a record is part of.
        template: page of a record, where it has more to show than its columns.
    """

    id: str
    model: t.Any
    title: t.Any
    one: t.Any
    about: t.Any
    icon: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    listed: tuple[str, ...]
    searched: tuple[str, ...]
    order: tuple[str, ...]
    names: tuple[str, ...]
    filters: tuple[str, ...] = ()
    newest_first: bool = False
    reads: Right = EVERYBODY
    writes: Right = EVERYBODY
    adds: bool = True
    place: str = ""
    scope: Callable[[Person], sa.ColumnElement[bool]] | None = None
    search: Callable[[str], list[sa.ColumnElement[bool]]] | None = None
    views: Mapping[str, tuple[t.Any, Callable[[], sa.ColumnElement[bool]]]] = dataclasses.field(default_factory=dict)
    rules: Rules | None = None
    fresh: Callable[[], Mapping[str, t.Any]] = dict
    details: tuple[Detail, ...] = ()
    cases: str = ""
    template: str = "desk/record.html"
    subject: str = ""
    """Kind of the record in audit lines; by default the id."""

    @functools.cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @functools.cached_property
    def written(self) -> tuple[Column, ...]:
        """The columns people write."""
        return tuple(column for column in self.columns if column.written)

    @functools.cached_property
    def references(self) -> tuple[Reference, ...]:
        return tuple(column for column in self.columns if isinstance(column, Reference))

    @functools.cached_property
    def primary(self) -> tuple[sa.Column[t.Any], ...]:
        return tuple(self.model.__table__.primary_key.columns)

    def column(self, name: str) -> t.Any:
        """Return the model's attribute."""
        return getattr(self.model, name)

    def key_of(self, row: Row) -> str:
        """Return what addresses a record."""
        return JOIN.join(str(getattr(row, column.name)) for column in self.primary)

    def identity(self, key: str) -> tuple[t.Any, ...] | None:
        """Return the primary key that an address means; None for one that cannot be."""
        parts = key.split(JOIN)
        if len(parts) != len(self.primary):
            return None
        try:
            return tuple(column.type.python_type(part) for column, part in zip(self.primary, parts, strict=True))
        except ValueError:
            return None

    def subject_of(self, row: Row) -> str:
        """Return how audit lines name a record."""
        return f"{self.subject or self.id}:{self.key_of(row)}"

    @functools.cached_property
    def schema(self) -> Schema:
        """How typed values are read."""
        members: dict[str, t.Any] = {
            column.name: Typed(column, required=column.required, allow_none=not column.required)
            for column in self.written
        }
        return Schema.from_dict(members, name=f"{self.id}_record")(unknown=EXCLUDE)

    def load(self, typed: Mapping[str, str], *, partial: bool) -> tuple[dict[str, t.Any], dict[str, list[Complaint]]]:
        """Read typed values by column; returns what could be read, and what is wrong with the rest.

        `partial`: columns that are not named stay as they are.
        """
        given = {name: (typed[name].strip() or None) for name in typed if name in self.by_name}
        try:
            found, wrong = self.schema.load(given, partial=partial), {}
        except ValidationError as error:
            found, wrong = error.valid_data, t.cast(dict[str, list[Complaint]], error.messages)
        blank = {column.name: column.blank for column in self.written if not partial or column.name in given}
        return {name: found.get(name) if found.get(name) is not None else empty
                for name, empty in blank.items() if name not in wrong}, wrong  # fmt: skip


class Typed(fields.Field[t.Any]):
    """Reads what was typed as its column does; complaints are codes with parameters."""

    default_error_messages = {  # noqa: RUF012 (marshmallow's way)
        name: t.cast(t.Any, [("desk.field_needed", {})]) for name in ("required", "null")
    }

    def __init__(self, column: Column, **options: t.Any) -> None:
        super().__init__(**options)
        self.column = column

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> t.Any:  # noqa: ARG002 (marshmallow's signature)
        try:
            return self.column.read(str(value))
        except Wrong as wrong:
            raise ValidationError([t.cast(t.Any, (wrong.code, wrong.params))]) from wrong
