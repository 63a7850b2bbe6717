"""The three kinds of files: how each is called, stored and edited."""

import dataclasses
import re
from pathlib import PurePosixPath

from app.engine.catalogue import Kind

AREAS = ("intake", "field", "complaint", "repair", "system", "finance", "demand", "outlets", "planning")
"""Folders of the library in the order in which lists show them."""

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{1,99}")


@dataclasses.dataclass(frozen=True)
class FileKind:
    """How the files of one kind look outside the database."""

    name: Kind
    suffix: str
    folder: str
    mimetype: str
    island: str


KINDS: dict[str, FileKind] = {
    kind.name: kind
    for kind in (
        FileKind("process", ".bpmn", "bpmn", "application/xml", "studio-bpmn"),
        FileKind("decision", ".dmn", "bpmn", "application/xml", "studio-dmn"),
        FileKind("form", ".form", "forms", "application/json", "studio-form"),
    )
}


def safe_stem(text: str, kind: Kind) -> str:
    """A file name out of a name that may hold anything: one that leads nowhere and that every system can store."""
    return re.sub(r"[^\w-]+", "_", text).strip("_")[:100] or kind


def file_name(kind: Kind, identifier: str, area: str = "") -> str:
    """Where the library keeps a new file."""
    shape = KINDS[kind]
    return "/".join(part for part in (shape.folder, area if area in AREAS else "", identifier + shape.suffix) if part)


def area_of(file: str) -> str:
    """The folder a file was deployed from, as far as its name tells."""
    folders = PurePosixPath(file).parts[:-1]
    return folders[-1] if folders and folders[-1] not in {"bpmn", "forms"} else ""


def kind_of(file: str) -> Kind | None:
    """The kind of a file by its ending."""
    suffix = PurePosixPath(file).suffix.lower()
    return next((kind.name for kind in KINDS.values() if kind.suffix == suffix), None)
