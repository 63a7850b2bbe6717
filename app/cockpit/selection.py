"""Which instances the list shows: read from the address, written back into links. One object drives list and counts."""

import dataclasses
import typing as t
from collections.abc import Mapping

FILTERS = (
    "case", "customer", "serial", "process", "version", "state", "step", "assignee", "incident", "overdue", "suspended",
    "older", "from", "until", "unit", "variable", "batch", "keys",
)  # fmt: skip
COLUMNS = ("case", "customer", "serial", "why", "whose", "process", "unit", "state", "due", "started", "ended")
"""What the list can show, in the order in which the page and spreadsheets have it."""
DEFAULT_COLUMNS = ("case", "customer", "why", "whose", "process", "unit", "state", "due", "started")
SORTS = ("started", "ended", "process", "case")
ANY_INCIDENT = "any"
DEFAULT_SORT = "-started"


@dataclasses.dataclass(frozen=True)
class Selection:
    """Filters by name, one order, and the place to go on from."""

    chosen: Mapping[str, str]
    sort: str = DEFAULT_SORT
    after: str | None = None
    before: str | None = None
    columns: tuple[str, ...] = DEFAULT_COLUMNS

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Selection":
        """Read an address; what it does not know it leaves out."""
        chosen = {name: value.strip() for name in FILTERS if (value := arguments.get(name, "")).strip()}
        sort = arguments.get("sort", DEFAULT_SORT)
        known = sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT
        wanted = arguments.get("columns", "").split(",")
        columns = tuple(name for name in COLUMNS if name in wanted) or DEFAULT_COLUMNS
        return cls(chosen, known, arguments.get("after") or None, arguments.get("before") or None, columns)

    @property
    def order(self) -> tuple[str, bool]:
        """Name of the sort, and whether it descends."""
        return self.sort.removeprefix("-"), self.sort.startswith("-")

    def query(self, **changes: t.Any) -> dict[str, t.Any]:
        """Return the arguments of a link to this list with changes; None takes a filter away.

        A link leads to the first page unless it names a place itself.
        """
        arguments: dict[str, t.Any] = dict(self.chosen)
        if self.sort != DEFAULT_SORT:
            arguments["sort"] = self.sort
        if self.columns != DEFAULT_COLUMNS:
            arguments["columns"] = ",".join(self.columns)
        arguments |= {name.rstrip("_"): value for name, value in changes.items()}
        return {name: value for name, value in arguments.items() if value is not None}

    def here(self) -> dict[str, t.Any]:
        """Return the arguments of exactly this page."""
        return self.query(after=self.after, before=self.before)
