"""Deployed decisions, ready to be asked: compiled once per content, together with the files that theirs imports."""

import hashlib
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app import dmn
from app.engine import catalogue
from app.engine.catalogue import Version
from app.engine.models import DecisionDefinition, DecisionRequirements


class Linked(t.NamedTuple):
    """A content together with the contents its imports mean now: what decides, by hash."""

    sha256: str
    imports: tuple[tuple[str, "Linked"], ...]

    @property
    def name(self) -> str:
        """The hash of the content, or one of everything when there are imports."""
        if not self.imports:
            return self.sha256
        parts = [self.sha256, *(f"{namespace}={linked.name}" for namespace, linked in self.imports)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def decision_model(session: t.Any, found: Version, limit: int | None = None) -> dmn.Definitions:
    """Return the decisions of the file that brought a version.

    :param limit: number of the last deployment whose versions its imports may mean; None looks at all.
    """
    return _compiled(session, _linked(session, found.sha256, lambda: _as_of(session, found, limit)))


def _compiled(session: t.Any, linked: Linked) -> dmn.Definitions:
    def build() -> dmn.Definitions:
        imports = {namespace: _compiled(session, inner) for namespace, inner in linked.imports}
        try:
            return dmn.parse(catalogue.content(session, linked.sha256), imports)
        except dmn.DmnInvalid as invalid:
            # The gate has let it in, so this is a program that has become stricter; the case must not be lost over it.
            first = invalid.findings[0]
            raise dmn.DmnError(first.code, first.element_id, first.params) from invalid

    return catalogue.kept().get("dmn", linked.name, build)


def _linked(session: t.Any, sha256: str, limit: t.Callable[[], int | None]) -> Linked:
    """Follow the imports of a content. The gate lets no circle in."""
    wanted = _imports(session, sha256)
    if not wanted:
        return Linked(sha256, ())
    up_to = limit()
    found = []
    for namespace, identifier in sorted(wanted.items()):
        version = catalogue.newest_up_to(session, "requirements", identifier, up_to)
        if version is not None:
            found.append((namespace, _linked(session, version.sha256, lambda: up_to)))
    return Linked(sha256, tuple(found))


def _imports(session: t.Any, sha256: str) -> Mapping[str, str]:
    def read() -> Mapping[str, str]:
        query = sa.select(DecisionRequirements.imports).where(DecisionRequirements.sha256 == sha256)
        return session.execute(query.limit(1)).scalar() or {}

    return catalogue.kept().get("dmn-imports", sha256, read)


def _as_of(session: t.Any, found: Version, limit: int | None) -> int | None:
    """An older version is asked on purpose: its imports mean what they meant until it was replaced, because the gate
    has checked no other combination.
    """
    query = sa.select(DecisionDefinition.deployment_number).where(
        DecisionDefinition.decision_id == found.id, DecisionDefinition.version == found.version + 1
    )
    replaced: int | None = session.execute(query).scalar()
    if replaced is None:
        return limit if limit is None else max(limit, found.deployment_number)
    return replaced - 1 if limit is None else min(replaced - 1, max(limit, found.deployment_number))
