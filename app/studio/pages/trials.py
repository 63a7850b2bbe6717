"""Trying a draft: the page of a trial, and what one does on it."""

import dataclasses
import datetime as dt
import json
import typing as t
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import engine
from app.desk import opinions
from app.errors import BadRequest, Conflict, FirstlineError, Invalid
from app.i18n import text
from app.people import Person, signed_in
from app.scenarios.cast import holders
from app.studio import chances, drafts, scenarios, trial_view, trials, versions
from app.studio.chances import Chance
from app.studio.pages.blueprint import blueprint
from app.studio.pages.bodies import json_body, source_in
from app.studio.trial_view import View
from app.web.form_requests import questions, sent, verdict_asked
from app.web.security import editor_page

YEARS = range(2000, 2100)
SPANS = {"hour": "PT1H", "day": "P1D", "week": "P7D"}


@dataclasses.dataclass(frozen=True)
class Opened:
    """The form that stands open on the page: of which chance, for whom, with what in it."""

    chance: Chance
    by: str
    schema: dict[str, t.Any] | None
    data: dict[str, t.Any]
    asked: Mapping[str, list[str]]


@blueprint.post("/trials")
def begin_trial() -> ResponseReturnValue:
    """Try what stands in an editor, a draft as it is kept, or a published version."""
    person = signed_in()
    if request.is_json:
        key = trials.begin(person, source_in(json_body()).encode())
        return jsonify(location=url_for("studio.trial", key=key))
    draft, number = request.form.get("draft", type=int), request.form.get("version", type=int)
    if draft:
        source = drafts.find(person, draft).content
    else:
        source = versions.source(versions.find(person, "process", request.form.get("process", ""), number))
    return redirect(url_for("studio.trial", key=trials.begin(person, source)), 303)


@blueprint.get("/trials/<int:key>")
@editor_page  # forms bring a date field that sets styles
def trial(key: int) -> ResponseReturnValue:
    """Show where a trial stands and what can happen now."""
    return _page(signed_in(), key)


@blueprint.post("/trials/<int:key>/start")
def start_trial(key: int) -> ResponseReturnValue:
    """Start the process that is tried."""
    person, given = signed_in(), request.form
    process_id = trials.find(person, key).process_id
    act: dict[str, t.Any] = {"start": process_id, "by": given.get("by", "")}
    return _done(person, key, lambda: act | _with(given.get("with", "")), at=given.get("at", ""))


@blueprint.post("/trials/<int:key>/fill/<any(do,answer):verb>/<element>")
def fill_in(key: int, verb: str, element: str) -> Response:
    """Complete a task, or record an answer from outside, in somebody's name."""
    person, data, by = signed_in(), sent(), request.args.get("by", "")
    with _chance(key, verb, element) as (chance, doer):
        opens_with = chances.opened(chance, doer)[1]
    answers = {name: value for name, value in data.items() if name not in opens_with or opens_with[name] != value}
    act: dict[str, t.Any] = {verb: element, "by": by} | ({"with": answers} if answers else {})
    trials.act(person, key, act, seen=request.args.get("seen", 0, int))
    return jsonify(location=url_for("studio.trial", key=key))


@blueprint.post("/trials/<int:key>/act/<any(until,wait,publish,signal,work,fail,retry):verb>")
def act_in_trial(key: int, verb: str) -> ResponseReturnValue:
    """Let time pass, let a message come, let work outside be done or fail, try again."""
    given = request.form
    act: dict[str, t.Any] = {verb: given.get("target", "")}
    act |= {name: given[name] for name in ("key", "error") if given.get(name)}
    return _done(signed_in(), key, lambda: act | _with(given.get("with", "")))


@blueprint.post("/trials/<int:key>/position")
def step_back(key: int) -> ResponseReturnValue:
    """Step back to where so many steps were done, or forward again."""
    person, given = signed_in(), request.form
    trials.go_to(person, key, given.get("position", 0, int), seen=given.get("seen", 0, int))
    return redirect(url_for("studio.trial", key=key), 303)


@blueprint.post("/trials/<int:key>/compute/<any(do,answer):verb>/<element>")
def compute_in_trial(key: int, verb: str, element: str) -> Response:
    """Say what expressions of the open form give that the browser cannot compute."""
    asked = questions()
    with _chance(key, verb, element) as (chance, person):
        ask = engine.compute_in_form if verb == "do" else engine.compute_in_answer
        return jsonify(answers=ask(person, chance.key, asked))


@blueprint.post("/trials/<int:key>/verdict/do/<element>")
def judge_in_trial(key: int, element: str) -> Response:
    """Say what the open form's decision table makes of the values typed so far."""
    asked = verdict_asked()
    with _chance(key, "do", element) as (chance, person):
        opinion = engine.preview_decision(person, chance.key, asked.component, asked.inputs)
        schema = engine.open_form(person, chance.key).schema or {}
        return jsonify(opinions.in_words(opinion, asked.decision, schema))


@blueprint.post("/trials/<int:key>/document")
def attach_in_trial(key: int) -> Response:
    """Take a file of the open form: a trial keeps none, but the form has one."""
    trials.find(signed_in(), key)
    given = request.files.get("file")
    if given is None:
        raise BadRequest("studio.not_understood")
    return jsonify(documentId="d1", fileName=given.filename or "", contentType=given.mimetype, size=0)


def _done(person: Person, key: int, act: t.Callable[[], trials.Act], *, at: str = "") -> ResponseReturnValue:
    """Do something and show what came of it; when it is refused, why."""
    try:
        trials.act(person, key, act(), seen=request.form.get("seen", 0, int), at=_moment(at))
    except FirstlineError as refused:
        if refused.status not in {404, 409, 422}:
            raise
        return _page(person, key, refused), refused.status
    return redirect(url_for("studio.trial", key=key), 303)


def _moment(at: str) -> str | None:
    try:
        moment = dt.datetime.fromisoformat(at) if at else None
    except ValueError as wrong:
        raise Invalid("studio.no_moment") from wrong
    if moment is not None and moment.year not in YEARS:
        raise Invalid("studio.no_moment")
    return moment.isoformat(timespec="minutes") if moment else None


def _with(given: str) -> dict[str, t.Any]:
    """Variables written as JSON. Raises Invalid for anything else."""
    if not given.strip():
        return {}
    try:
        values = json.loads(given)
    except (json.JSONDecodeError, RecursionError) as wrong:
        line, column = getattr(wrong, "lineno", 1), getattr(wrong, "colno", 1)
        raise Invalid("studio.variables_no_json", line=line, column=column) from wrong
    if not isinstance(values, dict):
        raise Invalid("studio.variables_no_object")
    return {"with": values}


def _page(person: Person, key: int, refused: FirstlineError | None = None) -> str:
    found = trials.find(person, key)
    steps = trials.steps_of(found)
    with trials.standing(found, steps) as standing:
        view = trial_view.view(standing, found.process_id, request.args.get("of", type=int))
        opened = _opened(view)
        stopped = standing.problem.in_words() if standing.problem else ""
    return render_template(
        "studio/trial.html",
        trial=found,
        steps=steps,
        history=[_told(act, number) for number, act in enumerate(steps.acts, 1)],
        view=view,
        opened=opened,
        stopped=stopped,
        refused=text(refused.code, **refused.params) if refused else "",
        given=request.form,
        spans=SPANS,
        scenarios=[(one.id, f"{one.id} {one.name}") for one in scenarios.of_process(person, found.process_id)],
    )


def _opened(view: View) -> Opened | None:
    """The form that is asked for; else that of the first task."""
    asked = request.args.get("open", type=int)
    able = [one for one in view.chances if one.kind in {"do", "answer"}]
    chance = next((one for one in able if one.key == asked), able[0] if able else None)
    if chance is None:
        return None
    offered = [one.by for one in chance.people]
    by = request.args.get("by", "")
    by = by if by in offered else offered[0] if offered else "agent"
    try:
        return Opened(chance, by, *chances.opened(chance, holders(by)[0]))
    except FirstlineError:
        return Opened(chance, by, None, {}, {})


@contextmanager
def _chance(key: int, verb: str, element: str) -> Iterator[tuple[Chance, Person]]:
    """Give a task or answer that is open in a trial, and who does it; inside the block one is in the sandbox."""
    found = trials.find(signed_in(), key)
    with trials.standing(found, trials.steps_of(found)) as standing:
        view = trial_view.view(standing, found.process_id, None)
        chance = next((one for one in view.chances if (one.kind, one.element) == (verb, element)), None)
        if chance is None:
            raise Conflict("studio.trial_changed")
        yield chance, holders(request.args.get("by", ""))[0]


def _told(act: Mapping[str, t.Any], number: int) -> dict[str, t.Any]:
    """A step of the history in words."""
    verb = next(name for name in VERBS if name in act)
    return {"number": number, "text": text(f"studio.act.{verb}", target=act[verb]), "by": act.get("by", "")}


VERBS: t.Final = ("start", "do", "answer", "work", "fail", "retry", "publish", "signal", "wait", "until", "expect")
