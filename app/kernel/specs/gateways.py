"""Gateways. Tokens are counted per incoming flow, not per predecessor, so joins are right inside loops too."""

from __future__ import annotations

from typing import Any, ClassVar

from app.kernel import library
from app.kernel.definitions import arm_all
from app.kernel.specs.base import Flow, Node, Payload
from app.kernel.token import Token


class ExclusiveGateway(Node, library.ExclusiveGateway):
    """Takes the first flow, in drawn order, whose condition holds."""

    def select(self, token: Token, extra: Payload) -> tuple[Flow, ...]:
        flows, default = self.flows_out, self.element.default_flow
        if len(flows) < 2 and not any(flow.condition for flow in flows):
            return tuple(flows)
        for flow in flows:
            if flow.condition and flow.id != default and self.holds(token, flow, extra):
                return (flow,)
        chosen = tuple(flow for flow in flows if flow.id == default)
        if not chosen:
            raise self.no_flow(token, extra)
        return chosen


class Join(Node):
    """A gateway where tokens wait for each other, in one waiting token per scope that counts arrivals."""

    parked_state: ClassVar[int] = library.TaskState.WAITING

    def prepare(self) -> None:
        """Called once after parsing, when all flows are known."""
        self.merges = len(self.flows_in) > 1

    def arrived(self, join: Token) -> bool:
        """One more token has come; True when the join holds none any more."""
        raise NotImplementedError

    def places_before(self, flow: Flow) -> frozenset[str]:
        """All nodes from which a token can come over this flow without passing the join."""
        seen: dict[str, Node] = {}
        todo: list[Node] = [flow.source]
        while todo:
            node = todo.pop()
            if node is self or node.name in seen:
                continue
            seen[node.name] = node
            todo.extend(before.source for before in node.flows_in)
            if node.element.attached_to:
                todo.append(self._wf_spec.task_specs[node.element.attached_to])
        return frozenset(seen)


class ParallelGateway(Join, library.ParallelGateway):
    """Waits for one token on every incoming flow; excess tokens stay for the next time."""

    def select(self, token: Token, extra: Payload) -> tuple[Flow, ...]:  # noqa: ARG002
        return tuple(self.flows_out)

    def arrived(self, join: Token) -> bool:
        held, scope = join.memo["in"], join.scope
        assert scope is not None
        while all(held.get(flow.id) for flow in self.flows_in):
            for flow in self.flows_in:
                held[flow.id] -= 1
            join.workflow.spawn(self, scope)
        return not any(held.values())


class InclusiveGateway(Join, library.InclusiveGateway):
    """Waits until no other token can still come on an empty incoming flow.

    A token counts against the join if it can reach an empty incoming flow and no filled one without passing the
    join. Which places can reach which flow is computed once per version.
    """

    reach: dict[str, frozenset[str]]

    def prepare(self) -> None:
        super().prepare()
        self.reach = {flow.id: self.places_before(flow) for flow in self.flows_in} if self.merges else {}

    def select(self, token: Token, extra: Payload) -> tuple[Flow, ...]:
        return tuple(self.flows_out) if len(self.flows_out) < 2 else super().select(token, extra)

    def arrived(self, join: Token) -> bool:
        join.workflow.undecided.add(join.id)
        return False

    def restored(self, join: Token) -> None:
        join.workflow.undecided.add(join.id)

    def settled(self, join: Token) -> bool:
        """Asked when nothing else can move: fires if the rule holds; True when the join holds no token any more."""
        held, scope = join.memo["in"], join.scope
        assert scope is not None
        full = [flow.id for flow in self.flows_in if held.get(flow.id)]
        empty = [flow.id for flow in self.flows_in if not held.get(flow.id)]
        if not full:
            return True
        if self.may_come(join, empty, full):
            return False
        for flow in full:
            held[flow] -= 1
        join.workflow.spawn(self, scope)
        return not any(held.values())

    def may_come(self, join: Token, empty: list[str], full: list[str]) -> bool:
        """Is there another token that can come over one of the empty flows, and over none of the full ones?"""
        scope = join.scope
        others = scope.inside if scope is not None else []
        places = {other.task_spec.name for other in others if other is not join and not other.is_listener}
        return any(self._leads(place, empty) and not self._leads(place, full) for place in places - {self.name})

    def _leads(self, place: str, flows: list[str]) -> bool:
        return any(place in self.reach[flow] for flow in flows)


class EventBasedGateway(Node, library.EventBasedGateway):
    """One token with a wait per following event; the first event that happens wins."""

    parked_state: ClassVar[int] = library.TaskState.WAITING

    def library_arguments(self) -> dict[str, Any]:
        return {"event_definition": library.NoneEventDefinition()}

    def enter(self, token: Token) -> bool:
        if not super().enter(token):
            return False
        waits = [
            {**memo, "to": flow.target.element.id}
            for flow in self.flows_out
            for memo in arm_all(flow.target.definitions, token)
        ]
        token.workflow.expect(token, waits)
        return False
