"""The complex gateway: a join with a condition of its own, and a split like the inclusive one (BPMN 2.0.2 §13.4.5).

It goes on once its condition over `activationCount`, the number of tokens that have come, holds. Then it waits by the
rule of the inclusive join for what may still come over the other flows, swallows one token of each, and begins anew.
"""

from __future__ import annotations

from app.kernel.evaluation import truth
from app.kernel.specs.gateways import InclusiveGateway
from app.kernel.token import Token


class ComplexGateway(InclusiveGateway):
    """The library has no class for it.

    Beside the tokens it holds, its memo has `got`: the flows that were used, while it waits to begin anew.
    """

    def prepare(self) -> None:
        super().prepare()
        self.merges = self.merges or self.element.activation is not None

    def arrived(self, join: Token) -> bool:
        """The condition is asked in a step of the join's own, so that an error in it is the join's own, too."""
        if "got" in join.memo:
            super().arrived(join)
        elif not join.is_ready:
            join._ready()  # noqa: SLF001 - the library has no public name
        return False

    def restored(self, join: Token) -> None:
        if "got" in join.memo:
            super().restored(join)

    def enter(self, token: Token) -> bool:
        if "in" not in token.memo:
            return super().enter(token)
        held = token.memo["in"]
        asked = self.element.activation
        if asked is None or truth(token, asked, "activationCondition", {"activationCount": sum(held.values())}):
            self._activate(token, held)
        return False

    def settled(self, join: Token) -> bool:
        """Asked when nothing else can move: begins anew if no token can come any more over the flows left out."""
        held, got = join.memo["in"], join.memo["got"]
        missing = [flow.id for flow in self.flows_in if flow.id not in got and not held.get(flow.id)]
        if self.may_come(join, missing, []):
            return False
        for flow in self.flows_in:
            if flow.id not in got and held.get(flow.id):
                held[flow.id] -= 1
        del join.memo["got"]
        if not any(held.values()):
            return True
        join._ready()  # noqa: SLF001 - the library has no public name
        return False

    def _activate(self, join: Token, held: dict[str, int]) -> None:
        scope, kernel = join.scope, join.workflow
        assert scope is not None
        join.memo["got"] = [name for name, count in held.items() if count]
        for name in join.memo["got"]:
            held[name] -= 1
        kernel.spawn(self, scope)
        kernel.undecided.add(join.id)
