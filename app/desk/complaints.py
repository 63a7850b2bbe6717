"""Collecting what is wrong with a form, so that everything is said at once and beside its field."""

import datetime as dt
import typing as t
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from app.errors import Invalid

Complaint = tuple[str, Mapping[str, t.Any]]
CODE = "desk.check_fields"


class Fields:
    """Reads the fields of a form and remembers what is wrong with them."""

    def __init__(self, values: Mapping[str, t.Any]) -> None:
        self.values = values
        self.complaints: dict[str, list[Complaint]] = {}

    def wrong(self, name: str, code: str, /, **params: t.Any) -> None:
        """Note that a field is wrong."""
        self.complaints.setdefault(name, []).append((code, params))

    def text(self, name: str, longest: int, *, required: bool = False) -> str | None:
        """Return a field without the spaces around it; None when it is empty."""
        found = str(self.values.get(name) or "").strip()
        if required and not found:
            self.wrong(name, "desk.field_needed")
        if len(found) > longest:
            self.wrong(name, "desk.field_too_long", limit=longest)
        return found or None

    def one_of(self, name: str, allowed: t.Collection[str], default: str) -> str:
        """Return a choice; an empty field means the default."""
        found = str(self.values.get(name) or default)
        if found not in allowed:
            self.wrong(name, "desk.field_choice")
        return found

    def day(self, name: str) -> dt.date | None:
        """Return a day of a date field; None when it is empty."""
        found = str(self.values.get(name) or "")
        try:
            return dt.date.fromisoformat(found) if found else None
        except ValueError:
            self.wrong(name, "desk.field_day")
            return None

    def key(self, name: str) -> int | None:
        """Return the number of a record; None when it is empty or no number."""
        found = str(self.values.get(name) or "")
        return int(found) if found.isdigit() and len(found) < 18 else None

    def settle(self) -> None:
        """Raise Invalid with everything that was wrong."""
        if self.complaints:
            raise Invalid(CODE, fields=self.complaints)


@contextmanager
def prefixed(prefix: str) -> Iterator[None]:
    """Hand complaints of a part on under the names its fields have in the whole form."""
    try:
        yield
    except Invalid as invalid:
        if not invalid.fields:
            raise
        fields = {prefix + name: said for name, said in invalid.fields.items()}
        raise Invalid(invalid.code, fields=fields, **invalid.params) from invalid
