"""What differs between two versions of a process, a decision table or a form, as codes and parameters.

The files are compared by what they say, not by their lines: an editor that writes attributes in another order or lays a
diagram out anew changes nothing. Drafts may be broken, so nothing here needs a file that the deploy gate accepts; it
must only be XML or JSON.
"""

from app.engine.catalogue import Kind
from app.studio.comparing.change import Change, Names
from app.studio.comparing.drawing import process_changes
from app.studio.comparing.fields import form_changes
from app.studio.comparing.tables import decision_changes

_BY_KIND = {"process": process_changes, "decision": decision_changes, "form": form_changes}


def changes(kind: Kind, old: bytes, new: bytes) -> tuple[Change, ...]:
    """Everything that is different, in the order of the new version. Raises NotComparable for an unreadable file."""
    return tuple(_BY_KIND[kind](old, new))


__all__ = ["Change", "Names", "changes"]
