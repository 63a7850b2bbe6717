"""The rows as they lie on disk: what is asked for, what answers it, what is missing yet, what is none of our business."""

import dataclasses
import json
from functools import cache
from pathlib import Path

ROWS = Path(__file__).parent / "rows"
ORDER = ("interviews", "dispatch", "crm", "one_stop", "telecom")
"""Files in the order of the page."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One thing that was asked for.

    Attributes:
        cover: `process_id 20 30b` (the elements of steps 20 and 30b) or `kind:name`, such as `table:charge_basis`.
        not_yet: what is missing of it, each in both languages.
        outside: why it is not ours to answer; with a cover, what is ours of it.
    """

    about: str
    cover: tuple[str, ...]
    not_yet: tuple[str, ...] = ()
    outside: str = ""

    @property
    def steps(self) -> list[tuple[str, tuple[str, ...]]]:
        """Processes with the numbers of their steps."""
        named = [one.split() for one in self.cover if ":" not in one.split()[0]]
        return [(process, tuple(numbers)) for process, *numbers in named]

    def named(self, kind: str) -> list[str]:
        """What is named of one kind."""
        return [name for one in self.cover for of, _, name in [one.partition(":")] if of == kind]


@dataclasses.dataclass(frozen=True)
class Source:
    """Where rows come from."""

    title: str
    rows: tuple[Row, ...]


@cache
def sources() -> tuple[Source, ...]:
    """Read every row."""
    return tuple(_source(ROWS / f"{name}.json") for name in ORDER)


def _source(path: Path) -> Source:
    told = json.loads(path.read_bytes())
    rows = (
        Row(row["about"], tuple(row["cover"]), tuple(row.get("not_yet", ())), row.get("outside", ""))
        for row in told["rows"]
    )
    return Source(f"{told['title']} {told['title_zh']}", tuple(rows))
