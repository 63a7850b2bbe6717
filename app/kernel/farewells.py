"""Cancelled user tasks whose listeners of `canceling` are still to be told.

The token of such a task leaves its scope and stands directly under the process, with the variables that were local to
it; `bye` in its memo counts the listeners that are done. Whatever the cancelling has set going comes after the last of
them: `after` in the memo of a token names the farewells that it waits for, and `fin` in the memo of the process keeps
how an instance was to end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.kernel import library
from app.kernel.listeners import job_of

if TYPE_CHECKING:
    from app.kernel.token import Token
    from app.kernel.tree import Tree


def spare(token: Token) -> bool:
    """Keep the token of an open task as long as somebody has to be told that it is cancelled; False if nobody has."""
    # What takes the place of a token that waits for farewells has to wait for them, too.
    token.workflow.farewells.extend(token.memo.get("after", ()))
    if "bye" in token.memo:
        token.workflow.farewells.append(token.id)
    elif _is_open(token) and token.task_spec.element.listening("canceling"):
        _begin(token)
    else:
        return False
    return True


def go_on(token: Token) -> None:
    """Park at the next listener's job; after the last one the task is gone for good."""
    told = token.memo["bye"]
    if told < len(token.task_spec.element.listening("canceling")):
        token.memo["w"] = [job_of(token, "canceling", told)]
    else:
        end(token)


def answered(token: Token) -> None:
    """One listener was told."""
    del token.memo["w"]
    token.memo["bye"] += 1
    token._ready()  # noqa: SLF001


def end(token: Token) -> None:
    """Nobody is left to be told, or nobody shall be: what came after this farewell goes on."""
    kernel, root = token.workflow, token.workflow.task_tree
    kernel.note("terminated", token)
    kernel.remove(token)
    for other in list(kernel.tasks.values()):
        if token.id in other.memo.get("after", ()):
            _release(other, token.id)
    if "fin" in root.memo:
        kernel.finish(*root.memo["fin"])
    else:
        root.task_spec.child_done(root, token)


def holds(token: Token) -> bool:
    """Must a token that has become ready come after farewells? Then it is put to rest."""
    memo = token.memo
    if "bye" in memo or not (token.workflow.farewells or "after" in memo):
        return False
    memo["after"] = [*memo.get("after", ()), *token.workflow.farewells]
    token._set_state(library.TaskState.WAITING)  # noqa: SLF001
    return True


def postpone(kernel: Tree, *ending: Any) -> bool:
    """Keep how the instance was to end until all farewells are over; False if there are none."""
    root: Token = kernel.task_tree
    if not root.inside:
        return False
    root.memo["fin"] = list(ending)
    return True


def _begin(token: Token) -> None:
    """Take the token of a cancelled task out of its scope and let the listeners run."""
    kernel, root = token.workflow, token.workflow.task_tree
    local = _local(token)
    kernel.detach(token)
    token._parent = root.id  # noqa: SLF001 - the library has no public name
    root._children.append(token.id)  # noqa: SLF001
    token.memo = {name: value for name, value in token.memo.items() if name == "i"} | {"bye": 0}
    if local or token.id in kernel.scopes.variables:
        kernel.scopes.open(token.id, root.id, local)
        kernel.scopes.parents[token.id] = root.id
    kernel.farewells.append(token.id)
    token._ready()  # noqa: SLF001


def is_ending(kernel: Tree) -> bool:
    """Is the instance over but for farewells?"""
    return "fin" in kernel.task_tree.memo


def cut_short(kernel: Tree) -> None:
    """End an instance whose listeners do not answer."""
    root: Token = kernel.task_tree
    for token in root.inside:
        end(token)


def _release(token: Token, farewell: int) -> None:
    others = [number for number in token.memo.pop("after") if number != farewell]
    if others:
        token.memo["after"] = others
    else:
        token._ready()  # noqa: SLF001


def _is_open(token: Token) -> bool:
    return any(wait["k"] == "user" for wait in token.memo.get("w", ()))


def _local(token: Token) -> dict[str, Any]:
    """The variables of the scopes between the token and the process, as the token sees them."""
    kernel, found = token.workflow, dict[str, Any]()
    key = kernel.scope_key(token)
    while key is not None and key != kernel.task_tree.id:
        found = {**kernel.scopes.variables[key], **found}
        key = kernel.scopes.parents[key]
    return found
