"""FEEL and DMN behind the kernel's port."""

import dataclasses
import datetime as dt
import logging
import typing as t
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app import calendars, clock, dmn
from app.db import db
from app.engine import catalogue, evidence
from app.engine.decision_models import decision_model
from app.engine.registry import InstanceFacts, the_registry
from app.errors import NotFound
from app.feel import Environment, compile_expression, to_json
from app.kernel.model import CalledDecision
from app.kernel.port import Decided

log = logging.getLogger(__name__)


def zone() -> ZoneInfo:
    """Return the company's time zone."""
    found: ZoneInfo = current_app.extensions["engine_zone"]
    return found


def environment(now: dt.datetime | None = None) -> Environment:
    """Return what surrounds every expression: the moment of the command, the zone, the host's functions."""
    moment = now or clock.now()
    return Environment(now=lambda: moment, zone=zone(), functions=the_registry().functions)


def evaluate(source: str, context: Mapping[str, t.Any], now: dt.datetime | None = None) -> t.Any:
    """Return the JSON value of an expression written with or without its leading `=`. Raises FeelError."""
    expression = compile_expression(source.removeprefix("="))
    return to_json(expression.evaluate(context, environment=environment(now)))


def constant(source: str) -> t.Any:
    """Return a plain text as it is, or what an expression gives without any variable."""
    return evaluate(source, {}) if source.startswith("=") else source


class Interrupted(BaseException):
    """The database failed under an expression. It is the command's trouble and not the expression's.

    No ordinary exception, because the kernel takes those for failures of the token that it moves.
    """

    def __init__(self, error: SQLAlchemyError) -> None:
        super().__init__(str(error))
        self.error = error


@contextmanager
def _reading() -> Iterator[None]:
    """Read rows for an expression. Outside a command a failure is an ordinary one."""
    try:
        yield
    except SQLAlchemyError as error:
        if db.session.info.get("in_command"):
            raise Interrupted(error) from error
        raise


class Names(Mapping[str, t.Any]):
    """Variables with the read-only contexts behind them; a context is loaded when an expression asks for it."""

    def __init__(self, variables: Mapping[str, t.Any], contexts: "Contexts", instance: InstanceFacts) -> None:
        self._variables = variables
        self._contexts = contexts
        self._instance = instance

    def __getitem__(self, name: str) -> t.Any:
        try:
            return self._variables[name]
        except KeyError:
            return self._contexts.load(name, self._instance)

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


class Contexts:
    """The registered contexts of one command, each loaded at most once per case or instance."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, int], Mapping[str, t.Any]] = {}

    def load(self, name: str, instance: InstanceFacts) -> Mapping[str, t.Any]:
        """Return a context. Raises KeyError for a name that nobody registered."""
        loader = the_registry().contexts[name]
        at = (name, instance.case_id or -instance.key)
        if at not in self._loaded:
            with _reading():
                self._loaded[at] = loader(instance)
        return self._loaded[at]

    def forget(self) -> None:
        """Load again when asked: a job handler may have changed what a context shows."""
        self._loaded.clear()


@dataclasses.dataclass
class InstancePort:
    """The kernel's port for one instance within one command."""

    session: t.Any
    instance: InstanceFacts
    in_force: int
    deployed_with: int
    contexts: Contexts
    moment: dt.datetime

    def __post_init__(self) -> None:
        self.counting = calendars.Counting(lambda: calendars.for_unit(self.instance.unit_id), self._covered)

    def _covered(self) -> bool:
        """Whether a contract puts the case on the clock that never stops."""
        member = the_registry().cover
        if member is None or self.instance.case_id is None:
            return False
        return bool(self.contexts.load(member[0], self.instance).get(member[1]))

    def now(self) -> dt.datetime:
        """The moment of the command in the company's zone."""
        return self.moment.astimezone(zone())

    def evaluate(self, expression: str, view: Mapping[str, t.Any]) -> t.Any:
        """Return the JSON value of an expression that carries its leading `=`."""
        return calendars.count_by(self.counting, evaluate, expression, self.names(view), self.moment)

    def reads(self, expression: str) -> frozenset[str]:
        """Return the names of variables that an expression reads."""
        return compile_expression(expression.removeprefix("=")).names

    def explain(self, expression: str, view: Mapping[str, t.Any], error: Exception | None) -> Mapping[str, t.Any]:
        """Describe an expression that failed, or whose value was of no use, with the values it used."""
        try:
            return evidence.of_expression(expression, self.names(view), environment(self.moment), error)
        except Exception:
            # Explaining must not turn one failure into another.
            log.exception("A failed expression could not be explained")
            return {"expression": expression[: evidence.LONGEST_SOURCE]}

    def explain_decision(
        self, decision: CalledDecision, view: Mapping[str, t.Any], error: Exception
    ) -> Mapping[str, t.Any]:
        """Describe a decision that could not be made."""
        try:
            found, definitions = self._decision(decision)
            return evidence.of_decision(definitions, found.id, self.names(view), error)
        except NotFound:
            return {"decision": decision.decision_id}
        except Exception:
            log.exception("A failed decision could not be explained")
            return {"decision": decision.decision_id}

    def names(self, view: Mapping[str, t.Any]) -> Names:
        """Return the variables as expressions see them."""
        return Names(view, self.contexts, self.instance)

    def decide(self, decision: CalledDecision, view: Mapping[str, t.Any]) -> Decided:
        """Evaluate the version of the decision that the reference means."""
        found, definitions = self._decision(decision)
        surroundings = environment(self.moment)
        result = calendars.count_by(self.counting, definitions.evaluate, found.id, self.names(view), surroundings)
        used = {"kind": "decision", "id": found.id, "version": found.version, "key": found.key}
        return Decided(to_json(result.value), {"used": used, "decisions": result.trace})

    def _decision(self, decision: CalledDecision) -> tuple[catalogue.Version, dmn.Definitions]:
        with _reading():
            return self._read_decision(decision)

    def _read_decision(self, decision: CalledDecision) -> tuple[catalogue.Version, dmn.Definitions]:
        found = catalogue.resolve(
            self.session,
            "decision",
            decision.decision_id,
            binding=decision.binding,
            version_tag=decision.version_tag,
            in_force=self.in_force,
            deployed_with=self.deployed_with,
        )
        if found is None:
            raise NotFound("engine.decision_missing", id=decision.decision_id)
        limit = catalogue.reach(decision.binding, in_force=self.in_force, deployed_with=self.deployed_with)
        return found, decision_model(self.session, found, limit)
