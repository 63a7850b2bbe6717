"""The unit tree in memory. One row in the database tells every process when its copy is old."""

import dataclasses
import typing as t
from functools import cached_property

import sqlalchemy as sa
from flask import current_app

from app import i18n
from app.db import db
from app.people.models import Unit, UnitStamp

CHANGED_IN = "units_changed_in"
"""Key of `session.info`: the transaction that changed the tree last."""
_VERSION = sa.select(UnitStamp.version).where(UnitStamp.id == 1)


@dataclasses.dataclass(frozen=True)
class UnitNode:
    """One unit. `path` is `/code/code/` from the top down to this unit."""

    id: int
    code: str
    kind: str
    path: str
    names: t.Mapping[str, str]
    active: bool

    @property
    def above(self) -> tuple[str, ...]:
        """Codes from the top down to this unit itself."""
        return tuple(self.path.strip("/").split("/"))

    @property
    def name(self) -> str:
        """The name in the language of the present request."""
        return i18n.localised(self.names, self.code)


@dataclasses.dataclass(frozen=True)
class UnitTree:
    """All units at one version, in path order, so that a unit's descendants follow it."""

    version: int
    nodes: tuple[UnitNode, ...]

    @cached_property
    def by_code(self) -> dict[str, UnitNode]:
        return {node.code: node for node in self.nodes}

    @cached_property
    def by_id(self) -> dict[int, UnitNode]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def _below(self) -> dict[str, tuple[str, ...]]:
        below: dict[str, list[str]] = {node.code: [] for node in self.nodes}
        for node in self.nodes:
            for code in node.above:
                below[code].append(node.code)
        return {code: tuple(codes) for code, codes in below.items()}

    def below(self, code: str) -> tuple[str, ...]:
        """Return the unit's own code and those of all units below it; nothing for an unknown code."""
        return self._below.get(code, ())

    def above(self, code: str) -> tuple[str, ...]:
        """Return codes from the top down to the unit itself; nothing for an unknown code."""
        node = self.by_code.get(code)
        return node.above if node else ()

    def codes(self) -> tuple[str, ...]:
        """Return every unit code, parents before children."""
        return tuple(node.code for node in self.nodes)


def unit_tree(version: int | None = None) -> UnitTree:
    """Return the tree, from memory when it has the version that was read with the person.

    Without `version` it asks the database for the present one (one short statement).
    """
    if version is None:
        version = db.session.execute(_VERSION).scalar() or 0
    kept: UnitTree | None = current_app.extensions.get("unit_tree")
    if kept is not None and kept.version == version:
        return kept
    columns = (Unit.id, Unit.code, Unit.kind, Unit.path, Unit.names, Unit.active)
    rows = db.session.execute(sa.select(*columns)).all()
    nodes = (UnitNode(*row) for row in rows)
    tree = UnitTree(version, tuple(sorted(nodes, key=lambda node: node.above)))
    if db.session.info.get(CHANGED_IN) is not db.session().get_transaction():
        # What this very transaction changed may still be rolled back, so only such a tree is not kept.
        current_app.extensions["unit_tree"] = tree
    return tree


def grow_stamp(session: t.Any) -> None:
    """Tell every process that the tree changed. Call it in the transaction of the change."""
    session.info[CHANGED_IN] = db.session().get_transaction()
    grown = session.execute(sa.update(UnitStamp).where(UnitStamp.id == 1).values(version=UnitStamp.version + 1))
    if grown.rowcount == 0:
        session.add(UnitStamp(id=1, version=1))
        session.flush()
