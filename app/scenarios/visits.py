"""Where instances have been: their visits in order, the paths they took, the ends they came to."""

import dataclasses
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from app.db import db
from app.engine.models import ElementInstance, ProcessInstance

STEPS = frozenset({"userTask", "callActivity"})
"""What a path of the catalogue has to name; everything else on the way may be named (section 0)."""
ANYTHING = frozenset({"…", "..."})


@dataclasses.dataclass(frozen=True)
class Visit:
    """One visited element. `inner` ones lie in a sub-process or in a round of a repeated activity."""

    element: str
    kind: str
    state: str
    inner: bool
    flows: tuple[str, ...]

    @property
    def label(self) -> str:
        """What a path calls it: its step number, or else its id."""
        return self.number or self.element

    @property
    def number(self) -> str:
        """The catalogue's step number; empty for elements that are not of a step."""
        digits = self.element[1:4]
        return digits.lstrip("0") if self.element.startswith("s") and digits.isdigit() else ""


@dataclasses.dataclass(frozen=True)
class Travelled:
    """An instance with its visits in order."""

    process: str
    key: int
    state: str
    visits: tuple[Visit, ...]

    @property
    def end(self) -> str | None:
        """The end event it came to last; None while it runs, and the state of one that ended without any."""
        if self.state == "active":
            return None
        ends = [visit.element for visit in self.visits if visit.kind == "endEvent"]
        return ends[-1] if ends else self.state

    @property
    def steps(self) -> str:
        """The step numbers that a path has to name."""
        return "-".join(visit.label for visit in self.visits if visit.kind in STEPS)

    def went(self, path: str) -> bool:
        """Whether the instance took a path; one through sub-processes may be written with or without them."""
        outer = [visit for visit in self.visits if not visit.inner]
        return follows(outer, path.split("-")) or follows(self.visits, path.split("-"))


def travelled(*processes: str) -> list[Travelled]:
    """Return instances in the order in which they started: all of them, or those of some processes."""
    db.session.rollback()
    chosen = sa.select(ProcessInstance).order_by(ProcessInstance.started_at, ProcessInstance.key)
    if processes:
        chosen = chosen.where(ProcessInstance.process_id.in_(processes))
    instances = db.session.scalars(chosen.execution_options(populate_existing=True)).all()
    rows = db.session.scalars(
        sa.select(ElementInstance)
        .where(ElementInstance.instance_key.in_([one.key for one in instances]))
        .order_by(ElementInstance.entered_at, ElementInstance.token)
    )
    visits: dict[int, list[Visit]] = {}
    for row in rows:
        inner = row.scope not in {None, 1}
        visit = Visit(row.element_id, row.kind, row.state, inner, tuple(row.flows or ()))
        visits.setdefault(row.instance_key, []).append(visit)
    return [Travelled(one.process_id, one.key, one.state, tuple(visits.get(one.key, ()))) for one in instances]


def follows(visited: Iterable[Visit], path: Sequence[str]) -> bool:
    """Whether the path is a subsequence of what was visited, with no task or call in between that it leaves out.

    A path that begins with "…" leaves out what came before; one that ends with it, what came after.
    """
    numbers = [number for number in path if number not in ANYTHING]
    early, late = path[0] in ANYTHING, path[-1] in ANYTHING
    reached = {0}
    for one in visited:
        taken = {at + 1 for at in reached if at < len(numbers) and numbers[at] == one.label}
        kept = {at for at in reached if (early and at == 0) or (late and at == len(numbers))}
        reached = taken | kept if one.kind in STEPS else reached | taken
    return len(numbers) in reached
