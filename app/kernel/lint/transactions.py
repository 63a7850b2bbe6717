"""Cancel events: only in and at transactions, and always in pairs."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.events import alone
from app.kernel.lint.scope import Scope, hangs_at, remark
from app.kernel.xml import kind

_METHOD = "##Compensate"
"""The only way in which a cancelled transaction is undone; the others would need one of the database's own."""


def scope(found: Scope) -> Iterator[Finding]:
    for node in found.of_kind("transaction"):
        if node.get("method", _METHOD) != _METHOD:
            yield remark("kernel.unsupported_attribute", node, attribute=f"method={node.get('method')}")
    for event in found.of_kind("endEvent"):
        if "cancel" in found.events_of(event):
            yield from _end(found, event)
    for event in found.of_kind("boundaryEvent"):
        if "cancel" in found.events_of(event):
            yield from _boundary(found, event)


def _end(found: Scope, event: etree._Element) -> Iterator[Finding]:
    transaction = event.getparent()
    while transaction is not None and kind(transaction) != "transaction":
        transaction = transaction.getparent()
    if transaction is None:
        yield remark("kernel.cancel_outside", event)
    elif not hangs_at(transaction, "cancel", found.shared):
        called = transaction.get("name") or transaction.get("id") or ""
        yield remark("kernel.cancel_not_caught", event, transaction=called)


def _boundary(found: Scope, event: etree._Element) -> Iterator[Finding]:
    host = found.by_id.get(event.get("attachedToRef", ""))
    if host is None or kind(host) != "transaction":
        yield remark("kernel.cancel_outside", event)
    if event.get("cancelActivity") == "false":
        yield remark("kernel.cancel_must_interrupt", event)
    yield from alone(found, event, "cancel")
