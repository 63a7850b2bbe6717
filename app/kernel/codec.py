"""State blob v1: live tokens only, no variables, no history, no diagram.

`{"v": 1, "p": process, "n": last token number, "st": state, "t": [token...], "sp": [[scope, outer scope]...]}`;
a token is `[number, scope, state, element, memo]` with state `r` ready, `w` waiting (events, joins), `s` started
(activities, scopes). Parents stand before their children. `ch` names the variables written since conditions were last
looked at, when a command had to stop before that. Letters of the memo:

* `ph` phase (`mapped`, `begun`, `leave`), `v` payload kept until the token leaves, `x` incident `{c: code, p: params}`,
  `ls le` listeners of the start and of the end that are done
* `tr` what listeners of a user task are asked about, see `transitions`; `bye after fin` for cancelled ones, see
  `farewells`
* `w` waits, each with its kind in `k`: `user` (`a g u due fu pr`), `job` (`type retries`, of a listener also `l n`),
  `call` (`p`), `timer` (`due`, cycles also `rep iv`), `msg` (`n key`), `sig` (`n`), `cond` (`e was`), `adhoc`, `scope`,
  `loop`, `comp`, `spent`; `to` behind an event-based gateway
* `h` host of a boundary listener, `l` event sub-process of a listener, `es` start event of a running scope
* `m` counters of a loop, `i` index of a round, `in` tokens held by a join per flow, `got` flows that a complex gateway
  has used before it begins anew, `next` steps of an ad-hoc sub-process still to begin, `over` when none may begin
* `at` what is put by hand into a scope that is still to be opened, `lv` its local variables, see `modification`
* for undoing, see `compensation`: `c` records kept by a scope, `todo` records that a throw is undoing, `sk` frozen
  scope of a handler, `undo` what a called process has left, `undoes` a call that undoes an earlier one
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.kernel import library
from app.kernel.errors import UnreadableState
from app.kernel.token import Token

if TYPE_CHECKING:
    from app.kernel.instance import Kernel

VERSION = 1
# Letters of our own: the blob must not depend on the library's numbers.
_LETTERS = {
    library.TaskState.READY: "r",
    library.TaskState.WAITING: "w",
    library.TaskState.STARTED: "s",
}
_STATES = {letter: state for state, letter in _LETTERS.items()}


def dump(kernel: Kernel) -> dict[str, Any]:
    tokens = [
        [token.id, token._parent, _LETTERS[token._state], token.task_spec.name, token.memo]  # noqa: SLF001
        for token in kernel.tasks.values()
    ]
    scopes = [[key, parent] for key, parent in kernel.scopes.parents.items()] if tokens else []
    blob = {
        "v": VERSION,
        "p": kernel.model.id,
        "n": kernel.last_token,
        "st": kernel.state,
        "t": tokens,
        "sp": scopes,
    }
    unseen = kernel.scopes.touched if kernel.model.spec.conditional else ()
    return blob | {"ch": sorted(unseen)} if unseen else blob


def restore(kernel: Kernel, blob: Mapping[str, Any], variables: Mapping[int, Mapping[str, Any]]) -> None:
    """Fill a fresh kernel from a blob; tokens that were still to run are queued for `advance`."""
    if blob.get("v") != VERSION:
        raise UnreadableState(version=blob.get("v"))
    kernel.last_token = blob["n"]
    kernel.state = blob["st"]
    kernel.completed = kernel.state != "running"
    for key, parent in blob["sp"]:
        kernel.scopes.variables[key] = dict(variables.get(key, {}))
        kernel.scopes.parents[key] = parent
    kernel.scopes.touched.update(blob.get("ch", ()))
    for entry in blob["t"]:
        _restore_token(kernel, entry)


def _restore_token(kernel: Kernel, entry: list[Any]) -> None:
    number, parent, letter, name, memo = entry
    spec = kernel.model.spec.nodes.get(name)
    if spec is None:
        raise UnreadableState(element=name)
    token = Token(kernel, spec, kernel.tasks.get(parent), _STATES[letter], number)
    token.memo = memo
    if parent is None:
        kernel.task_tree = token
    if token.is_ready and not token.has_incident:
        kernel.enqueue(token)
    if "in" in memo:
        kernel.joins[name, parent] = number
        spec.restored(token)
