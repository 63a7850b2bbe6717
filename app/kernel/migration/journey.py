"""One instance on its way to another version."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.kernel.errors import KernelError
from app.kernel.findings import Finding
from app.kernel.instance import Kernel
from app.kernel.migration import arming, events, rules
from app.kernel.migration.events import Fresh, Renewal
from app.kernel.migration.rules import Moving
from app.kernel.migration.starving import Standing, pictures
from app.kernel.migration.way import Way, owner_of, refusal, remark
from app.kernel.port import Port
from app.kernel.specs.base import Node
from app.kernel.token import Token


class Stays(Exception):
    """Something is in the way; what it is stands among the findings."""


@dataclass
class Journey:
    """The findings so far, and the tokens as they stand in the new version."""

    kernel: Kernel
    way: Way
    renewed: frozenset[Renewal]
    findings: list[Finding] = field(default_factory=list)
    entries: list[list[Any]] = field(default_factory=list)
    fresh: list[Fresh] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    """Complex gateways that ask their condition anew."""

    def go(self, port: Port) -> Kernel | None:
        """The instance on the new version; None when it stays."""
        try:
            blob = copy.deepcopy(self.kernel.dump())
            self._note(self.way.mistakes())
            for entry in blob["t"]:
                self._move(self.kernel.tasks[entry[0]], entry)
            self._note(self._doubled())
            self._note(self._starving())
            return self._arrive(port, {**blob, "p": self.way.new.id, "t": self.entries})
        except Stays:
            return None

    def _say(self, finding: Finding) -> None:
        if finding not in self.findings:
            self.findings.append(finding)

    def _note(self, findings: Iterable[Finding]) -> None:
        """Raises Stays when one of these, or of those before, is a reason to stay."""
        for finding in findings:
            self._say(finding)
        if any(finding.severity == "error" for finding in self.findings):
            raise Stays

    def _move(self, token: Token, entry: list[Any]) -> None:
        name, memo = token.task_spec.element.id, entry[4]
        node = self.way.node(name)
        if token.is_listener:
            if node is None or not self._still_listens(token, node, memo):
                self._say(remark("kernel.migration_event_gone", name))
                return
        elif node is None:
            self._say(refusal("kernel.migration_gone", name))
            return
        moving = Moving(self.way, token, node, memo)
        for outcome in self._outcomes(moving):
            if isinstance(outcome, Fresh):
                self.fresh.append(outcome)
            else:
                self._say(outcome)
        self.entries.append([*entry[:3], node.name, memo])
        if rules.asks_again(moving):
            self.again.append(token.id)

    def _outcomes(self, moving: Moving) -> Iterator[Finding | Fresh]:
        for rule in rules.RULES:
            for finding in rule(moving):
                yield finding
                if finding.code == rules.ANOTHER_KIND:
                    return
        yield from events.waits(moving, self.renewed)

    def _still_listens(self, token: Token, node: Node, memo: dict[str, Any]) -> bool:
        """Is the same event attached to the same activity, or does it start something in the same scope?"""
        if not events.same_events(token.task_spec, node):
            return False
        if "h" in memo:
            return node.element.attached_to == self._goes_to(memo["h"])
        owner, scope = owner_of(node), token.scope
        assert scope is not None
        memo["l"] = owner.element.id
        return owner.element.event_subprocess and owner_of(owner).element.id == self._goes_to(scope.id)

    def _goes_to(self, number: int) -> str:
        return self.way.to(self.kernel.tasks[number].task_spec.element.id)

    def _doubled(self) -> Iterator[Finding]:
        """Two that wait for the same thing in the same place cannot become one."""
        seen: set[tuple[Any, ...]] = set()
        for number, scope, _, name, memo in self.entries:
            place = (name, scope, memo.get("h"))
            if "in" in memo or "h" in memo or "l" in memo:
                if place in seen:
                    yield refusal(
                        "kernel.migration_together", self.kernel.tasks[number].task_spec.element.id, other=name
                    )
                seen.add(place)

    def _starving(self) -> Iterator[Finding]:
        """Joins that would wait for ever now and did not before."""
        nodes = self.way.new.spec.nodes
        there = pictures(Standing(number, scope, nodes[name], memo) for number, scope, _, name, memo in self._tokens())
        here = pictures(
            Standing(number, scope, self.kernel.tasks[number].task_spec, self.kernel.tasks[number].memo)
            for number, scope, *_ in self._tokens()
        )
        before = {
            (scope, self.way.to(join.element.id)) for scope, picture in here.items() for join, _ in picture.starving()
        }
        for scope, picture in there.items():
            for join, flow in picture.starving():
                if (scope, join.element.id) not in before:
                    yield refusal("kernel.migration_starves", join.element.id, other=flow.source.element.id)

    def _tokens(self) -> list[list[Any]]:
        """Those that can go on: neither listeners nor farewells."""
        return [entry for entry in self.entries if not {"h", "l", "bye"} & entry[4].keys()]

    def _arrive(self, port: Port, blob: dict[str, Any]) -> Kernel:
        """Load the instance on the new version and let it wait for what is new there."""
        variables = self.kernel.scopes.variables
        moved = Kernel.load(self.way.new, port, blob, variables, is_child=self.kernel.is_child)
        try:
            self._note(arming.arm(moved, self.fresh, self.again))
        except KernelError as error:
            at = error.evidence[0]["element"] if error.evidence else self.way.new.id
            self._say(refusal("kernel.migration_not_armed", at, cause=error.code, cause_params=dict(error.params)))
            raise Stays from error
        return moved
