"""Tokens taken away and put by hand: what would come of it, and then the act.

What would come of it is not guessed: the kernel does it in memory, and nobody writes that down.
"""

import dataclasses
import typing as t
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from app.db import db
from app.engine import access as rights
from app.engine.command import Command, run
from app.engine.evidence import placed
from app.engine.interventions import MAY_MOVE, record, require_reason
from app.engine.models import ElementInstance, Incident
from app.engine.plain import plain
from app.engine.running import Running
from app.errors import Conflict, Invalid
from app.kernel import CancelCall, CommandRefused, LogEntry, Placement
from app.kernel.errors import NoBeginning, SeveralScopes, TokenGone, UnknownElement, WrongScope
from app.kernel.model import Element
from app.people.person import Person

_BY_EVENT = ("boundaryEvent", "startEvent")


@dataclasses.dataclass(frozen=True)
class Modification:
    """What is taken away and what is put.

    Attributes:
        cancel: numbers of tokens.
        place: elements or flows that tokens are put on.
        variables: written to the instance before anything begins.
    """

    cancel: Sequence[int] = ()
    place: Sequence[Placement] = ()
    variables: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    def detail(self) -> dict[str, t.Any]:
        """What the audit says about it."""
        said: dict[str, t.Any] = {"cancelled": list(self.cancel), "started": [one.at for one in self.place]}
        return said | ({"variables": sorted(self.variables)} if self.variables else {})


@dataclasses.dataclass(frozen=True)
class Consequences:
    """What becomes of an instance. Steps are named by their ids, once for each token.

    Attributes:
        taken: steps that end, with those inside a sub-process.
        begun: steps that wait for somebody or something afterwards.
        passed: steps that are run through on the way there.
        failing: incidents at once, as they would be stored.
        calls: called processes that are cancelled.
        over: whether nothing is left and the instance ends.
    """

    taken: tuple[str, ...]
    begun: tuple[str, ...]
    passed: tuple[str, ...]
    failing: tuple[Incident, ...]
    calls: int
    over: bool


def live_steps(person: Person, key: int) -> list[ElementInstance]:
    """Return the steps of an instance that have a token now, those around others first. Raises NotFound."""
    rights.require_instance(db.session, person, key)
    query = sa.select(ElementInstance).where(
        ElementInstance.instance_key == key, ElementInstance.ended_at.is_(None), ElementInstance.kind != "process"
    )
    return list(db.session.scalars(query.order_by(ElementInstance.token)))


def beginnings(elements: Iterable[Element]) -> list[Element]:
    """Return the elements that a token can be put on, in the order they are drawn in."""
    return [
        one for one in elements if one.kind not in _BY_EVENT and not one.event_subprocess and not one.for_compensation
    ]


def preview_modification(person: Person, key: int, modification: Modification) -> Consequences:
    """Say what would come of it. Raises what `modify_instance` would raise, and writes nothing."""
    rights.require_instance(db.session, person, key, *MAY_MOVE)
    running = Command(db.session, person).load(key)
    _modify(running, modification)
    return _consequences(running)


def modify_instance(
    person: Person, key: int, modification: Modification, reason: str, *, seen: int | None = None
) -> None:
    """The manual escape: take tokens away and put tokens on elements or flows.

    :param seen: version of the instance that the person looked at; when it has moved on since, nothing is done.
    Raises Invalid where no token can be put, Conflict for a token that has gone on.
    """

    def act(command: Command) -> None:
        instance = rights.require_instance(command.session, person, key, *MAY_MOVE)
        require_reason(reason)
        running = command.load(key)
        if seen is not None and running.version != seen:
            raise Conflict("engine.moved_on")
        _modify(running, modification)
        record(command, person, "modified", instance, reason, modification.detail())

    run(person, act)


def _modify(running: Running, modification: Modification) -> None:
    if not modification.cancel and not modification.place:
        raise Invalid("engine.nothing_to_move")
    running.kernel.write(running.kernel.task_tree, plain(modification.variables))
    try:
        running.kernel.modify(modification.cancel, modification.place)
    except (UnknownElement, NoBeginning, SeveralScopes, WrongScope) as refused:
        raise Invalid(refused.code, **_named(running, refused)) from refused
    except TokenGone as gone:
        raise Conflict("engine.moved_on") from gone


def _named(running: Running, refused: CommandRefused) -> dict[str, t.Any]:
    """The values of a refusal with elements called by their names."""
    elements = running.model.elements
    return {
        name: elements[value].name or value if value in elements else value for name, value in refused.params.items()
    }


def _consequences(running: Running) -> Consequences:
    kernel = running.kernel
    came = {entry.token: entry for entry in kernel.log if entry.happened == "entered"}
    ended = [entry for entry in kernel.log if entry.happened in ("completed", "terminated")]
    gone = {entry.token for entry in ended}
    failing = {one.token: _incident(running, one) for one in kernel.incidents()}
    new = {token: entry for token, entry in came.items() if token not in gone}
    return Consequences(
        taken=_steps(running, [entry for entry in ended if entry.token not in came]),
        begun=_steps(running, [entry for token, entry in new.items() if token not in failing]),
        passed=_steps(running, [entry for token, entry in came.items() if token in gone]),
        failing=tuple(one for token, one in failing.items() if token in new),
        calls=Counter(type(one) for one in kernel.outbox)[CancelCall],
        over=running.over,
    )


def _steps(running: Running, entries: Iterable[LogEntry]) -> tuple[str, ...]:
    """Ids of the drawn elements among some entries; the instance itself is none."""
    return tuple(entry.element_id for entry in entries if entry.element_id in running.model.elements)


def _incident(running: Running, one: t.Any) -> Incident:
    evidence = [placed(running.model, each) for each in one.evidence] or None
    return Incident(element_id=one.element_id, code=one.code, params=dict(one.params), evidence=evidence)
