"""Conditional events: they happen when their condition becomes true, and again only after it was false in between.

Nothing polls. A condition is looked at when it begins to wait, and afterwards only when one of the variables that it
reads has been written and nothing else can run.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from app.kernel import delivery

if TYPE_CHECKING:
    from app.kernel.token import Token
    from app.kernel.tree import Tree


def look_at(token: Token) -> None:
    """A token begins to wait: what holds already happens at once."""
    for index, wait in enumerate(token.memo["w"]):
        if wait["k"] == "cond":
            _look(token, index)


def look_again(kernel: Tree) -> bool:
    """Look at the conditions that read a name written since the last look; True if one of them came true."""
    touched, kernel.scopes.touched = kernel.scopes.touched, set()
    for token in kernel.tasks.values() if touched else ():
        for index, wait in enumerate(token.memo.get("w", ())):
            if wait["k"] == "cond" and not touched.isdisjoint(kernel.port.reads(wait["e"])):
                _look(token, index)
    return bool(kernel.came_true)


def happen(kernel: Tree, token_id: int, index: int) -> None:
    """Let an event happen whose condition came true, unless what came before has taken its token away."""
    token = kernel.tasks.get(token_id)
    if token is not None and _is_condition(token, index):
        delivery.fire(token, index)


def _look(token: Token, index: int) -> None:
    wait = token.memo["w"][index]
    was, wait["was"] = wait["was"], _holds(token, wait["e"])
    if wait["was"] and not was:
        token.workflow.came_true.append((token.id, index))


def _holds(token: Token, expression: str) -> bool:
    """Names that do not exist yet give null, and an error is no answer either: neither is true."""
    kernel = token.workflow
    with suppress(Exception):
        return kernel.port.evaluate(expression, kernel.view(_place(token))) is True
    return False


def _place(token: Token) -> Token:
    """A boundary event sees the variables of the activity it is attached to."""
    return token.workflow.tasks.get(token.memo.get("h", token.id), token)


def _is_condition(token: Token, index: int) -> bool:
    waits = token.memo.get("w", ())
    return index < len(waits) and waits[index]["k"] == "cond"
