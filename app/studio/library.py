"""The library: what is published, by area, with how much of it runs."""

import dataclasses
from collections.abc import Iterable

from app.engine import archives
from app.engine.catalogue import Kind
from app.engine.library_files import library_files
from app.engine.models import ProcessInstance
from app.i18n import language, localised
from app.people import Person
from app.studio import rights, usage, versions
from app.studio.kinds import AREAS, area_of
from app.studio.versions import Version


@dataclasses.dataclass(frozen=True)
class Entry:
    """One line of the library."""

    version: Version
    title: str
    area: str
    uses: tuple[usage.Use, ...] = ()

    def matches(self, words: str) -> bool:
        """Whether every word typed occurs in its names, its id, its last note or the steps that use it."""
        used = " ".join(f"{use.process} {use.element}" for use in self.uses)
        names = " ".join(self.version.names.values())
        hay = f"{self.title} {names} {self.version.id} {self.version.note} {self.version.author} {used}".lower()
        return all(word in hay for word in words.lower().split())


@dataclasses.dataclass(frozen=True)
class Shelf:
    """The entries of one area."""

    area: str
    entries: tuple[Entry, ...]


def entries(person: Person, kind: Kind) -> list[Entry]:
    """Everything of a kind, by title within its area."""
    processes = versions.all_newest(person, "process")
    found = processes if kind == "process" else versions.all_newest(person, kind)
    used = usage.usage_of(processes)
    if kind == "process":
        found = versions.with_running(person, found, ProcessInstance.process_id, lambda one: one.id)
    areas = {one.id: area_of(one.file) for one in processes}
    return sorted((_entry(one, used.get((kind, one.id), []), areas) for one in found), key=lambda one: one.title)


def shelves(found: Iterable[Entry]) -> list[Shelf]:
    """Entries by area, in the order of the company's work; what has no area comes last."""
    by_area: dict[str, list[Entry]] = {}
    for entry in found:
        by_area.setdefault(entry.area, []).append(entry)
    order = [*AREAS, *sorted(set(by_area) - {*AREAS, ""}), ""]
    return [Shelf(area, tuple(by_area[area])) for area in order if area in by_area]


def title_of(version: Version, uses: Iterable[usage.Use] = ()) -> str:
    """A name for people. Forms have none and decisions only a Chinese one: the step that uses them lends its own."""
    own = localised(version.names, version.id)
    named = own != version.id and (language() == "zh" or "en" in version.names)
    if named:
        return own
    lent = next((use.element for use in uses if use.element != use.element_id), "")
    return lent or own


def counts(person: Person) -> dict[str, int]:
    """How many there are of each kind."""
    kinds: tuple[Kind, ...] = ("process", "decision", "form")
    return {kind: len(versions.all_newest(person, kind)) for kind in kinds}


def archive(person: Person) -> bytes:
    """Everything that is in force, each file at its place, as `firstline deploy` and the upload page take it back."""
    rights.require_reader(person)
    return archives.pack(library_files().values())


def _entry(version: Version, uses: list[usage.Use], areas: dict[str, str]) -> Entry:
    area = area_of(version.file)
    if not area:
        area = next((areas[use.process_id] for use in uses if areas.get(use.process_id)), "")
    return Entry(version, title_of(version, uses), area, tuple(uses))


def find_entry(found: Iterable[Entry], identifier: str) -> Entry | None:
    return next((entry for entry in found if entry.version.id == identifier), None)


__all__ = ["Entry", "Shelf", "archive", "counts", "entries", "find_entry", "shelves", "title_of"]
