"""How decision files find one another: in the same deployment first, else among what is deployed.

A file imports another one by namespace. Which file that is, is settled at deployment and stored as the id of its
`definitions`; which *version* of it, every evaluation asks anew, as it does for decisions themselves.
"""

import typing as t
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import dmn
from app.engine.models import DecisionRequirements, Payload


class DecisionFile(t.NamedTuple):
    """One content of a decision file; `id` is that of its `definitions`."""

    id: str
    namespace: str
    file: str
    content: bytes


class Shelf(t.Protocol):
    """The decision files that are deployed, each in its newest version."""

    def of_namespace(self, namespace: str) -> Sequence[DecisionFile]:
        """The files that an import of a namespace may mean."""
        ...

    def importing(self, ids: Collection[str]) -> Sequence[DecisionFile]:
        """The files that import one of these."""
        ...


class EmptyShelf:
    """Nothing is deployed."""

    def of_namespace(self, namespace: str) -> Sequence[DecisionFile]:  # noqa: ARG002 - the answer is always the same
        return ()

    def importing(self, ids: Collection[str]) -> Sequence[DecisionFile]:  # noqa: ARG002 - as above
        return ()


class StoredShelf:
    """What the database holds."""

    def __init__(self, session: t.Any) -> None:
        self._session = session

    def of_namespace(self, namespace: str) -> Sequence[DecisionFile]:
        return [one for one, _ in self._newest(DecisionRequirements.namespace == namespace)]

    def importing(self, ids: Collection[str]) -> Sequence[DecisionFile]:
        # Few files import others, so their newest versions are looked through one by one.
        found = self._newest(DecisionRequirements.imports.is_not(sa.null()))
        return [one for one, imports in found if not set(imports.values()).isdisjoint(ids)]

    def _newest(self, condition: t.Any) -> Iterable[tuple[DecisionFile, Mapping[str, str]]]:
        later = aliased(DecisionRequirements)
        newer = sa.exists().where(
            later.requirements_id == DecisionRequirements.requirements_id, later.version > DecisionRequirements.version
        )
        rows = self._session.execute(
            sa.select(DecisionRequirements, Payload.content)
            .join(Payload, Payload.sha256 == DecisionRequirements.sha256)
            .where(condition, ~newer)
            .order_by(DecisionRequirements.requirements_id)
        )
        for row, content in rows:
            found = DecisionFile(row.requirements_id, row.namespace, row.file, bytes(content))
            yield found, row.imports or {}


class Links:
    """The decision files of one deployment, with what they import of one another and of the shelf."""

    def __init__(self, here: Sequence[DecisionFile], shelf: Shelf, functions: Iterable[str] | None = None) -> None:
        self._here = here
        self._shelf = shelf
        self._linker = dmn.Linker(self._content, functions)

    def compile(self, file: DecisionFile) -> dmn.Compiled:
        """Return the compiled file with its findings. Raises DmnInvalid for what is no DMN file."""
        return self._linker.compile(file.content)

    def candidates(self, wanted: dmn.Import) -> Sequence[DecisionFile]:
        """Return what an import may mean: one file, none, or several of one namespace that nothing tells apart."""
        found = [one for one in self._here if one.namespace == wanted.namespace]
        found = found or list(self._shelf.of_namespace(wanted.namespace))
        located = [one for one in found if PurePosixPath(one.file).name == wanted.location]
        return located if len(located) == 1 else found

    def imports_of(self, file: DecisionFile) -> dict[str, str]:
        """Return {namespace: id} of the files that a file imports."""
        found = ((wanted.namespace, self.candidates(wanted)) for wanted in dmn.header(file.content).imports)
        return {namespace: candidates[0].id for namespace, candidates in found if candidates}

    def broken(self) -> Iterable[tuple[str, DecisionFile]]:
        """Return (name of a file of this deployment, deployed file that imports it and could not be used any more)."""
        here = {one.id: one.file for one in self._here}
        for importing in self._shelf.importing(here):
            if importing.id not in here and self._linker.compile(importing.content).errors:
                used = here.keys() & set(self.imports_of(importing).values())
                yield from ((here[identifier], importing) for identifier in sorted(used))

    def _content(self, wanted: dmn.Import) -> bytes | None:
        found = self.candidates(wanted)
        return found[0].content if found else None
