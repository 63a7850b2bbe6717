"""What the editor may offer: what the deploy gate lets pass, read from the gate's own lists."""

import typing as t

from app.kernel.lint.settings import ATTRIBUTES
from app.kernel.lint.vocabulary import EXTENSIONS, TRIGGERS
from app.kernel.xml import DOCUMENTATION, NODES


def executed() -> dict[str, t.Any]:
    """Return kinds of nodes, events by place, and extensions with the nodes and the attributes they are read of."""
    return {
        "nodes": sorted(NODES | DOCUMENTATION),
        "events": {place: sorted(events) for place, events in TRIGGERS.items()},
        "extensions": {name: sorted(kinds) for name, kinds in EXTENSIONS.items()},
        "attributes": {name: attributes.split() for name, attributes in ATTRIBUTES.items()},
    }
