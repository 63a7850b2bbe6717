"""Scenarios of a process: the list, running them against a draft, files, and recording one from a trial."""

import typing as t

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import db
from app.engine import File, catalogue
from app.errors import NotFound
from app.i18n import localised
from app.i18n import text as _
from app.people import Person, signed_in
from app.scenarios import Outcome
from app.studio import drafts, drawing, scenarios, trials, versions
from app.studio.kinds import file_name
from app.studio.pages.blueprint import blueprint

PLACE = "/process/<identifier>/scenarios"


@blueprint.get(PLACE)
def list_scenarios(identifier: str) -> str:
    """List the scenarios of a process, and how to run them."""
    person = signed_in()
    found = scenarios.of_process(person, identifier)
    subject = _subject(person, identifier)
    model = next((one for one in scenarios.models(subject) if one.id == identifier), None)
    if model is None:
        raise NotFound("engine.no_such_process", id=identifier)
    elements = {one.id: localised({"zh": one.name, "en": one.name_en or ""}, one.id) for one in model.elements.values()}
    return render_template(
        "studio/scenarios.html",
        identifier=identifier,
        title=localised({"zh": model.name, "en": model.name_en or ""}, identifier),
        scenarios=found,
        drawing=drawing.shown(subject.content),
        elements=elements,
        flows=list(model.flows),
        runs=[
            {"id": one.id, "run": url_for("studio.run_scenario", identifier=identifier, scenario=one.id, **_of())}
            for one in found
        ],
    )


@blueprint.post(f"{PLACE}/<scenario>/run")
def run_scenario(identifier: str, scenario: str) -> Response:
    """Play one scenario and say what came of it."""
    person = signed_in()
    outcome = scenarios.play(person, [_subject(person, identifier)], scenarios.find(person, identifier, scenario))
    return jsonify(_told(outcome, identifier))


@blueprint.get(f"{PLACE}/<scenario>/file")
def scenario_file(identifier: str, scenario: str) -> Response:
    """Give a scenario away as a file of the team's own repository."""
    found = scenarios.find(signed_in(), identifier, scenario)
    response = make_response(found.text)
    response.mimetype = "application/json"
    response.headers.set("Content-Disposition", "attachment", filename=found.file)
    return response


@blueprint.post(f"{PLACE}/<scenario>/forget")
def forget_scenario(identifier: str, scenario: str) -> ResponseReturnValue:
    """Remove a recorded scenario."""
    scenarios.forget(signed_in(), identifier, scenario)
    flash(_("Scenario %(id)s is removed.", id=scenario))
    return redirect(url_for("studio.list_scenarios", identifier=identifier, **_of()), 303)


@blueprint.post(f"{PLACE}/<scenario>/adopt")
def adopt_scenario(identifier: str, scenario: str) -> ResponseReturnValue:
    """Let a scenario of the library guard what is published here."""
    person = signed_in()
    kept = scenarios.adopt(person, identifier, scenario)
    flash(_("Scenario %(id)s is kept and is run before every publication.", id=kept))
    return redirect(url_for("studio.list_scenarios", identifier=identifier, **_of()), 303)


@blueprint.post("/trials/<int:key>/record")
def record_trial(key: int) -> ResponseReturnValue:
    """Keep what was done in a trial as a scenario."""
    person, given = signed_in(), request.form
    names = {"zh": given.get("name_zh", ""), "en": given.get("name_en", "")}
    kept = scenarios.record(person, key, names)
    flash(_("Scenario %(id)s is kept and is run before every publication.", id=kept))
    identifier = trials.find(person, key).process_id
    return redirect(url_for("studio.list_scenarios", identifier=identifier, trial=key), 303)


@blueprint.post("/trials/<int:key>/load")
def load_scenario(key: int) -> ResponseReturnValue:
    """Go through a scenario step by step."""
    person, given = signed_in(), request.form
    trial = trials.find(person, key)
    kept = scenarios.find(person, trial.process_id, given.get("scenario", ""))
    trials.load(person, key, kept.content, seen=given.get("seen", 0, int))
    return redirect(url_for("studio.trial", key=key), 303)


def _of() -> dict[str, t.Any]:
    """What the scenarios are run against, as addresses say it: a trial's drawing, a draft, else what is published."""
    return {name: value for name in ("trial", "draft") if (value := request.args.get(name, type=int))}


def _subject(person: Person, identifier: str) -> File:
    asked = _of()
    if "trial" in asked:
        return trials.draft_of(trials.find(person, asked["trial"]))
    if "draft" in asked:
        draft = drafts.find(person, asked["draft"])
        return File(file_name(draft.kind, "draft"), draft.content)
    newest = versions.newest(person, "process", identifier)
    return File(newest.file, catalogue.content(db.session, newest.sha256))


def _told(outcome: Outcome, identifier: str) -> dict[str, t.Any]:
    visited = outcome.visited.get(identifier)
    return {
        "passed": outcome.passed,
        "seconds": round(outcome.seconds, 1),
        "differences": [one.in_words() for one in outcome.differences],
        "elements": sorted(visited.elements) if visited else [],
        "flows": sorted(visited.flows) if visited else [],
    }
