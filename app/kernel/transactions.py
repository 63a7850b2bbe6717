"""Transactions: a cancel end event stops the transaction, undoes what it did and leaves by the cancel boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.kernel.compensation import Record, unfinished
from app.kernel.token import LEAVING

if TYPE_CHECKING:
    from app.kernel.specs.base import Node
    from app.kernel.token import Token


def stop(token: Token) -> list[Record]:
    """Cancel everything of the transaction but the cancelling token; answers what has to be undone.

    That is whatever has completed, in all rounds of a loop and also inside sub-processes that had not ended yet.
    """
    kernel, records = token.workflow, list[Record]()
    here = token
    for scope in _scopes(token):
        for other in scope.inside:
            if other is not here:
                records = unfinished(other) + records
                kernel.cancel_token(other)
        records = scope.memo.pop("c", []) + records
        here = scope
    return records


def leave(token: Token) -> None:
    """All is undone: the transaction, with all its rounds if it has some, ends by its cancel boundary event."""
    kernel, transaction = token.workflow, _scopes(token)[-1]
    event = next(event for event in transaction.task_spec.boundary if _hears_cancel(event))
    scope = transaction.scope
    assert scope is not None
    kernel.cancel_token(transaction)
    kernel.spawn(event, scope, ph=LEAVING)


def _scopes(token: Token) -> list[Token]:
    """The scopes around a token, up to the nearest transaction as a whole."""
    found, scope = [], token.scope
    while scope is not None:
        found.append(scope)
        if scope.task_spec.element.kind == "transaction" and not scope.is_round:
            break
        scope = scope.scope
    return found


def _hears_cancel(event: Node) -> bool:
    return any(trigger.kind == "cancel" for trigger in event.element.triggers)
