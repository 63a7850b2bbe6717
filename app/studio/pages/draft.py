"""One draft: its page, and where one goes from there."""

import typing as t

from flask import render_template, url_for

from app.i18n import lazy_text as _l
from app.people import signed_in
from app.studio import comparison, drafts, publishing, running, versions
from app.studio.drafts import Draft
from app.studio.models import Publication
from app.studio.pages.blueprint import blueprint
from app.studio.publishing import Asked
from app.studio.report import report

STATE_NAMES: dict[str, t.Any] = {
    publishing.REVIEW: _l("waits for a second person"),
    publishing.SCHEDULED: _l("planned"),
}


@blueprint.context_processor
def publication_words() -> dict[str, t.Any]:
    """What templates about publications use."""
    return {
        "STATE_NAMES": STATE_NAMES,
        "review_required": publishing.review_required,
        "why_failed": publishing.why_failed,
    }


def show(found: Draft, note: str = "") -> str:
    """The page of a draft: what it contains and needs, where it stands, and its earlier states."""
    person = signed_in()
    published = comparison.published_before(person, found)
    publication = publishing.last_of(person, found.key)
    return render_template(
        "studio/draft.html",
        draft=found,
        report=report(found.kind, found.name, found.content, begun=found.begun),
        note=note,
        published=published,
        publication=publication,
        names=_people(publication),
        states=drafts.states(person, found.key),
        own=publication is not None and publication.asked_by == person.username,
    )


def _people(publication: Publication | None) -> dict[str, str]:
    named = (publication.asked_by, publication.reviewed_by) if publication else ()
    return versions.authors(username for username in named if username)


def place_of(asked: Asked) -> str:
    """Where to go on: at the draft that waits, at the cases under way of a process, else at what was published."""
    publication = asked.publication
    if asked.saved is None:
        return url_for("studio.draft", key=publication.draft_key)
    if publication.kind == "process" and running.is_any(signed_in(), asked.saved.id):
        return url_for("studio.running_cases", identifier=asked.saved.id)
    return url_for("studio.edit", kind=publication.kind, identifier=asked.saved.id)
