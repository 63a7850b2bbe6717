"""What the address of a list says: folder, filters, order, page. The same object makes every link of the page."""

import dataclasses
import typing as t
from collections.abc import Mapping

SORTS = ("due", "priority", "created", "case", "customer", "process", "step", "assignee")
FILTERS = ("case", "customer", "serial", "process", "step", "unit", "priority", "due")
MOST_SORTS = 3
DEFAULT_FOLDER = "mine"


@dataclasses.dataclass(frozen=True)
class SortKey:
    """One key of the order; `-name` in addresses goes from high to low."""

    name: str
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name


@dataclasses.dataclass(frozen=True)
class Selection:
    """A list as the address names it. Unknown folders, fields and sorts are left out, never an error."""

    folder: str = DEFAULT_FOLDER
    sort: tuple[SortKey, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    after: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Selection":
        """Read the arguments of an address."""
        filters = ((name, arguments.get(name, "").strip()[:80]) for name in FILTERS)
        return cls(
            folder=arguments.get("view", "") or DEFAULT_FOLDER,
            sort=_sort(arguments.get("sort", "") or ",".join(arguments.get(f"sort{n}", "") for n in range(MOST_SORTS))),
            filters=tuple((name, value) for name, value in filters if value),
            after=arguments.get("after", ""),
        )

    @property
    def plain(self) -> bool:
        """Whether this is the folder in its default order, which has an index of its own."""
        return not self.filters and self.sort in {(), (SortKey("due"),)}

    @property
    def chosen(self) -> dict[str, str]:
        """Filters by name."""
        return dict(self.filters)

    def query(self, **changes: t.Any) -> dict[str, str]:
        """Return the arguments of an address, with changes; None takes an argument out."""
        own = {"view": self.folder, "sort": ",".join(map(str, self.sort)), "after": self.after, **self.chosen}
        merged = own | changes
        return {name: str(value) for name, value in merged.items() if value not in (None, "")}

    def without(self, *names: str) -> dict[str, str]:
        """Return the arguments with some filters taken out, from the first page on."""
        return self.query(after=None, **dict.fromkeys(names))

    def unsorted(self, name: str) -> dict[str, str]:
        """Return the arguments with one key taken out of the order."""
        return self.query(after=None, sort=",".join(str(key) for key in self.sort if key.name != name))


def _sort(text: str) -> tuple[SortKey, ...]:
    keys: dict[str, SortKey] = {}
    for part in text.split(","):
        name = part.strip().removeprefix("-")
        if name in SORTS and name not in keys:
            keys[name] = SortKey(name, part.strip().startswith("-"))
    return tuple(keys.values())[:MOST_SORTS]
