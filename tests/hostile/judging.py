"""What the bounded processes run: they answer with plain values, because only those leave a process."""

from __future__ import annotations

import typing as t

from app import dmn, forms, kernel
from app.engine import archives
from app.errors import Invalid
from app.kernel.review import review
from tests.kernel.host import Host


def drawing(content: bytes) -> dict[str, t.Any]:
    """Parse and review a BPMN file."""
    parsed, reviewed = kernel.parse(content), review(content)
    return {
        "processes": [process.id for process in parsed.processes],
        "refused": [finding.code.removeprefix("kernel.") for finding in parsed.errors],
        "reviewed": [finding.code.removeprefix("kernel.") for finding in reviewed.findings],
    }


def run(content: bytes) -> dict[str, t.Any]:
    """Start the process of a BPMN file; its variable `many` is a long list."""
    host = Host.of(content)
    host.start({"many": list(range(100_000))})
    host.wait(seconds=1)
    kernel = host.kernel()
    return {
        "incidents": [(one.element_id, one.code, dict(one.params)) for one in kernel.incidents()],
        "waiting": len(kernel.waits()),
    }


def decisions(content: bytes) -> list[str]:
    """Parse a DMN file."""
    try:
        return [decision.id for decision in dmn.parse(content).decisions]
    except dmn.DmnInvalid as invalid:
        return [finding.code for finding in invalid.findings]


def form(content: bytes) -> list[str]:
    """Parse a form."""
    try:
        return [forms.parse_form(content).id]
    except forms.FormInvalid as invalid:
        return [finding.code for finding in invalid.findings]


def archive(content: bytes) -> dict[str, t.Any]:
    """Unpack an archive."""
    try:
        found = archives.unpack(content, (".bpmn", ".dmn", ".form"))
    except Invalid as refused:
        return {"refused": refused.code, "params": dict(refused.params)}
    return {"refused": "", "files": [file.name for file in found.files]}
