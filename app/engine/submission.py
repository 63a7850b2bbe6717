"""Forms of tasks: what to open them with, and what a submission may store."""

import dataclasses
import typing as t
from collections.abc import Mapping

from app import dmn, forms
from app.engine import catalogue
from app.engine.decision_errors import refusal
from app.engine.decision_models import decision_model
from app.engine.expressions import environment
from app.engine.models import UserTask
from app.engine.plain import plain
from app.engine.running import Running
from app.engine.ways import form_of_choice
from app.errors import Invalid, NotFound
from app.feel import FeelError, to_json
from app.forms import Verdict
from app.forms.model import at

if t.TYPE_CHECKING:
    from app.engine.command import Command


@dataclasses.dataclass(frozen=True)
class Filled:
    """A submission that may be stored, with the decisions that were taken while it was filled in."""

    variables: dict[str, t.Any]
    trace: dict[str, t.Any] | None = None


@dataclasses.dataclass(frozen=True)
class Opinion:
    """What a decision says about the values in a form, with its reasons and the version that said it."""

    value: t.Any
    trace: t.Any
    version: int
    key: int


def clean(command: "Command", running: Running, task: UserTask, data: Mapping[str, t.Any]) -> Filled:
    """Check a submission against the task's own version of its form. Raises Invalid with one entry per field."""
    form = form_of_task(command.session, running, task)
    if form is None:
        if task.form_id is not None:
            raise NotFound("engine.form_missing", id=task.form_id)
        return Filled(plain(data))
    names = running.port.names(running.kernel.view(running.kernel.token(task.token)))
    try:
        variables = form.clean(data, names, environment(command.now))
    except forms.SubmissionInvalid as invalid:
        raise Invalid("engine.submission_refused", fields=invalid.errors) from invalid
    return _with_verdicts(command, running, form, variables, names)


def form_of_task(session: t.Any, running: Running, task: UserTask) -> forms.Form | None:
    """Return the task's own version of its form, or the question that it is; None when there is nothing to fill in."""
    if task.form_key is not None:
        return catalogue.form_of(session, task.form_key)
    return form_of_choice(running, task.element_id) if task.form_id is None else None


def _with_verdicts(
    command: "Command",
    running: Running,
    form: forms.Form,
    variables: dict[str, t.Any],
    names: Mapping[str, t.Any],
) -> Filled:
    traces: dict[str, t.Any] = {}
    for verdict in form.verdicts():
        known = {name: names[name] for name in form.names if name in names}
        opinion = ask(command, running, verdict, {**known, **variables})
        _refuse_silent_overrule(verdict, opinion, variables)
        traces[verdict.id] = {
            "decision": verdict.decision,
            "version": opinion.version,
            "value": opinion.value,
            "decisions": opinion.trace,
        }
    return Filled(variables, {"verdicts": traces} if traces else None)


def ask(command: "Command", running: Running, verdict: Verdict, values: Mapping[str, t.Any]) -> Opinion:
    """Evaluate a verdict's decision, in the version this case follows, on values of a form."""
    found = catalogue.resolve(
        command.session,
        "decision",
        verdict.decision,
        binding="",
        version_tag=None,
        in_force=running.in_force,
        deployed_with=running.port.deployed_with,
    )
    if found is None:
        raise NotFound("engine.decision_missing", id=verdict.decision)
    definitions = decision_model(command.session, found, running.in_force)
    try:
        result = definitions.evaluate(found.id, running.port.names(values), environment(command.now))
    except (FeelError, dmn.DmnError) as error:
        raise refusal(error) from error
    return Opinion(to_json(result.value), result.trace, found.version, found.key)


def _refuse_silent_overrule(verdict: Verdict, opinion: Opinion, variables: Mapping[str, t.Any]) -> None:
    """Whoever decides otherwise than the table has to say why."""
    if verdict.overrule is None or verdict.reason is None:
        return
    chosen = at(variables, verdict.overrule)
    if chosen in (None, "", False) or chosen == opinion.value:
        return
    if isinstance(opinion.value, Mapping) and chosen in opinion.value.values():
        return
    reason = at(variables, verdict.reason)
    if not isinstance(reason, str) or not reason.strip():
        path = ".".join(verdict.reason)
        raise Invalid("engine.submission_refused", fields={path: [("engine.overrule_needs_reason", {})]})
