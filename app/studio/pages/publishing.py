"""Publishing: asking for it, the second person's answer, and what becomes of the cases under way."""

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.engine.expressions import zone
from app.errors import Invalid
from app.i18n import join_sentences
from app.i18n import text as _
from app.people import signed_in
from app.studio import drafts, publishing, running, versions
from app.studio.pages.blueprint import blueprint
from app.studio.pages.draft import place_of, show
from app.studio.pages.versions import title_of
from app.studio.versions import CAP


@blueprint.post("/drafts/<int:key>/ask")
def ask(key: int) -> ResponseReturnValue:
    """Publish the draft as it was saved, or begin the way there."""
    form = request.form
    base = form.get("base", type=int) or 0
    try:
        at = moment_in(form.get("at", "")) if form.get("when") == "later" else None
        note, overrule = form.get("note", ""), form.get("overrule", "")
        asked = publishing.ask(signed_in(), key, base=base, note=note, at=at, overrule=overrule)
    except Invalid as refused:
        against = [row["text"] for row in refused.findings if row["code"] == "scenario_fails"]
        words = join_sentences([_(refused.code, **refused.params), *against[:3]])
        return show(drafts.find(signed_in(), key), words), 422
    return redirect(place_of(asked), 303)


@blueprint.post("/publications/<int:key>/approve")
def approve(key: int) -> ResponseReturnValue:
    """Let it take effect, as a second person."""
    return redirect(place_of(publishing.approve(signed_in(), key, request.form.get("reason", ""))), 303)


@blueprint.post("/publications/<int:key>/return")
def send_back(key: int) -> ResponseReturnValue:
    """Return it to whoever asked."""
    publication = publishing.send_back(signed_in(), key, request.form.get("reason", ""))
    return redirect(url_for("studio.draft", key=publication.draft_key), 303)


@blueprint.post("/publications/<int:key>/withdraw")
def withdraw(key: int) -> ResponseReturnValue:
    """Take it back before it takes effect."""
    publication = publishing.withdraw(signed_in(), key)
    return redirect(url_for("studio.draft", key=publication.draft_key), 303)


@blueprint.post("/drafts/<int:key>/restore")
def restore(key: int) -> ResponseReturnValue:
    """Make an earlier state of a draft the newest one."""
    revision, base = (request.form.get(name, type=int) or 0 for name in ("revision", "base"))
    drafts.restore(signed_in(), key, revision, base=base)
    flash(_("State %(number)s stands in the draft again.", number=revision))
    return redirect(url_for("studio.draft", key=key), 303)


@blueprint.post("/drafts/<int:key>/rebase")
def rebase(key: int) -> ResponseReturnValue:
    """Go on from the newest version."""
    drafts.rebase(signed_in(), key, base=request.form.get("base", type=int) or 0)
    return redirect(url_for("studio.draft", key=key), 303)


@blueprint.get("/process/<identifier>/running")
def running_cases(identifier: str) -> str:
    """Show where cases under way stand, by version, and what moving them to the newest one would do."""
    person = signed_in()
    found = running.by_version(person, identifier)
    newest = versions.newest(person, "process", identifier)
    title = title_of(person, newest)
    return render_template("studio/running.html", kind="process", title=title, newest=newest, lines=found, cap=CAP)


def moment_in(given: str) -> dt.datetime:
    """A moment on the company's clock. Raises Invalid for anything else."""
    try:
        return dt.datetime.fromisoformat(given).replace(tzinfo=zone())
    except ValueError as error:
        raise Invalid("studio.when_missing", fields={"at": [("studio.when_missing", {})]}) from error
