"""The deploy gate: refuses every diagram that the kernel would not execute exactly as it is drawn.

Nothing is accepted and then ignored. Each check is a function from the file (or one process) to findings; things that
only document a diagram (annotations, groups, data stores, message flows) pass.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint import (
    ad_hoc,
    compensation,
    elements,
    events,
    flows,
    foreign,
    joins,
    listeners,
    loops,
    structure,
    transactions,
    vocabulary,
)
from app.kernel.lint.scope import Scope
from app.kernel.xml import SCOPES, Shared, bpmn, executables

_CHECKS = (
    structure.scope,
    flows.scope,
    events.scope,
    elements.scope,
    loops.scope,
    joins.scope,
    compensation.scope,
    transactions.scope,
    ad_hoc.scope,
    listeners.scope,
)


def lint(root: etree._Element) -> Iterator[Finding]:
    """All findings of a file as it was drawn, before anything is rewritten in memory.

    A process that is not executable only documents what somebody else does, for example in another pool.
    """
    shared = Shared(root)
    yield from structure.file(root)
    yield from elements.global_tasks(root, shared)
    for process in executables(root):
        yield from vocabulary.process(process, shared)
        yield from foreign.process(process)
        for node in process.iter(*(bpmn(name) for name in sorted(SCOPES))):
            scope = Scope(node, shared)
            for check in _CHECKS:
                yield from check(scope)
