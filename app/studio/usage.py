"""What uses what: which step of which process shows a form, asks a decision or calls another process."""

import dataclasses
from collections.abc import Iterable, Mapping

from app.db import db
from app.engine import catalogue
from app.engine.catalogue import Kind
from app.i18n import language
from app.kernel.model import ProcessModel
from app.studio.versions import Version


@dataclasses.dataclass(frozen=True)
class Use:
    """One place where something is used."""

    process_id: str
    process: str
    element_id: str
    element: str


Usage = Mapping[tuple[Kind, str], list[Use]]


def usage_of(processes: Iterable[Version]) -> Usage:
    """Read the given versions of processes and say where they use what."""
    found: dict[tuple[Kind, str], list[Use]] = {}
    for version in processes:
        model = catalogue.process_model(db.session, version.sha256, version.id)
        for kind, identifier, element_id in references(model):
            element = model.elements.get(element_id)
            name = _name(element.name, element.name_en) if element else element_id
            use = Use(version.id, _name(model.name, model.name_en) or version.id, element_id, name or element_id)
            found.setdefault((kind, identifier), []).append(use)
    return found


def references(model: ProcessModel) -> list[tuple[Kind, str, str]]:
    """(kind, id, element id) of everything a process refers to by a written id, answers recorded by a form included."""
    found: list[tuple[Kind, str, str]]
    found = [(one.kind, one.id, one.element_id) for one in model.references if not one.id.startswith("=")]
    for element in model.elements.values():
        _, _, form = element.properties.get("record", "").partition(",")
        if form.strip() and ("form", form.strip(), element.id) not in found:
            found.append(("form", form.strip(), element.id))
    return found


def _name(chinese: str, english: str | None) -> str:
    return (english or chinese) if language() == "en" else chinese
