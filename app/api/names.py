"""Names that rows of a page need from elsewhere, fetched once per page."""

import dataclasses
import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app import i18n
from app.db import db
from app.desk.models import Case
from app.engine.models import ProcessDefinition


@dataclasses.dataclass(frozen=True)
class Names:
    """Case numbers by case id, and what is known of each process version by its key."""

    cases: Mapping[int, str]
    processes: Mapping[int, t.Any]

    def process(self, key: int | None) -> str | None:
        """Return a process's name in the present language."""
        found = self.processes.get(key) if key is not None else None
        return i18n.localised(found.names) if found else None

    def version_tag(self, key: int) -> str | None:
        """Return a process version's tag."""
        found = self.processes.get(key)
        return t.cast(str | None, found.version_tag) if found else None

    def element(self, key: int, element_id: str) -> str:
        """Return an element's name in the present language, its id when it has none."""
        found = self.processes.get(key)
        described = found.elements.get(element_id) if found else None
        return i18n.localised(described["names"], element_id) if described else element_id

    def case(self, case_id: int | None) -> str | None:
        """Return a case number."""
        return self.cases.get(case_id) if case_id is not None else None


def names_for(
    rows: Iterable[t.Any] = (), *, cases: Iterable[int | None] = (), definitions: Iterable[int | None] = ()
) -> Names:
    """Return the names for rows with `case_id` and `process_definition_key`, in two statements at most."""
    rows = list(rows)
    case_ids = {*cases, *(getattr(row, "case_id", None) for row in rows)} - {None}
    keys = {*definitions, *(getattr(row, "process_definition_key", None) for row in rows)} - {None}
    numbers: dict[int, str] = {}
    if case_ids:
        found = db.session.execute(sa.select(Case.id, Case.case_no).where(Case.id.in_(case_ids)))
        numbers = {row.id: row.case_no for row in found}
    processes: dict[int, t.Any] = {}
    if keys:
        columns = (ProcessDefinition.key, ProcessDefinition.names, ProcessDefinition.version_tag)
        query = sa.select(*columns, ProcessDefinition.elements).where(ProcessDefinition.key.in_(keys))
        processes = {row.key: row for row in db.session.execute(query)}
    return Names(numbers, processes)
