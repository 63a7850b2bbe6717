"""The drawing of a version with its labels in the language of the page."""

from app.db import db
from app.engine import catalogue
from app.engine.drawn_names import labelled


def xml_of(definition_key: int) -> bytes:
    """Return the diagram of a version as it was deployed."""
    sha256 = catalogue.version_by_key(db.session, "process", definition_key).sha256
    return catalogue.content(db.session, sha256)


def localised(definition_key: int) -> bytes:
    """Return the diagram to be looked at: on an English page what has an English name carries it."""
    return labelled(xml_of(definition_key))


def is_drawn(definition_key: int) -> bool:
    """Whether the version has a drawing at all; programs may deploy without one."""
    return b"BPMNDiagram" in xml_of(definition_key)
