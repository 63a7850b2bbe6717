"""From a draft to a version in force: checked, seen by a second person where wanted, effective now or at a moment.

A draft that waits is not changed meanwhile: whoever wants to change it takes it back first. So what takes effect is
what was looked at. The gate runs when somebody asks and again when it takes effect,
because other files may have changed.
"""

import dataclasses
import datetime as dt
import typing as t

import sqlalchemy as sa
from flask import current_app

from app import clock, i18n
from app.config import Settings
from app.db import db, next_key, transaction
from app.engine.catalogue import Kind, find_newest
from app.engine.command import BUSY
from app.engine.models import Deployment
from app.errors import Conflict, FirstlineError, Forbidden, Invalid, NotFound
from app.people import Person, audit, find_person, notifications
from app.people.models import User
from app.people.notifications import Telling
from app.studio import draft_rows, drafts, rights, saving, sniffing
from app.studio.models import OPEN_STATES, FileDraft, FileDraftRevision, Publication

REVIEW, SCHEDULED, PUBLISHED, RETURNED, WITHDRAWN, FAILED = (
    "review", "scheduled", "published", "returned", "withdrawn", "failed",
)  # fmt: skip

LONGEST_REASON = 400
LATEST = dt.timedelta(days=366)
"""How far ahead something can be planned; what is further away is a slip of the pen."""


@dataclasses.dataclass(frozen=True)
class Asked:
    """What asking led to: a version in force, or a publication that waits."""

    publication: Publication
    saved: saving.Saved | None = None


def review_required() -> bool:
    """Whether a second person looks at everything before it takes effect."""
    settings: Settings = current_app.extensions["settings"]
    return settings.studio.review == "required"


def must_ask(person: Person) -> bool:
    """Whether what this person saves has to be a draft first, because a second person looks at it."""
    return review_required() and not person.administrator


def ask(
    person: Person,
    key: int,
    *,
    base: int,
    note: str,
    at: dt.datetime | None = None,
    source: str | None = None,
    overrule: str = "",
) -> Asked:
    """Ask for a draft to be published as it stands in the editor.

    :param base: the revision that was opened.
    :param at: when it shall take effect; None is as soon as it may.
    :param overrule: why it is to be published although recorded scenarios end otherwise.

    Raises Invalid with `findings` when the gate refuses it, Conflict when somebody saved the draft or published
    something newer meanwhile.
    """
    rights.require_writer(person)
    words = saving.note_of(note)
    if at is not None:
        _require_sensible(at)
    draft = drafts.find(person, key)
    text = draft.text if source is None else source
    words = saving.with_remark(words, saving.guard(person, draft.kind, text, overrule))
    with transaction() as session:
        row = draft_rows.at(session, key, base)
        if text != draft.text:
            draft_rows.add_revision(session, person, row, text.encode())
        identifier, newest = saving.judged(draft.kind, text, draft_rows.stem_of(row))
        _require_base(row.base_version if row.base_version is not None else newest, draft.kind, identifier)
        publication = Publication(
            key=next_key(),
            draft_key=key,
            revision=row.revision,
            kind=row.kind,
            identifier=identifier,
            title=row.title or sniffing.stem(row.name),
            base_version=newest,
            note=words,
            state=REVIEW if review_required() else SCHEDULED,
            asked_by=person.username,
            asked_at=clock.now(),
            effective_at=at,
        )
        session.add(publication)
        session.flush()
        _record(session, person, publication, "asked")
        if publication.state == REVIEW:
            _tell_reviewers(session, person, publication)
            return Asked(publication)
        return _go_on(session, publication)


def approve(person: Person, key: int, remark: str = "") -> Asked:
    """Let a publication take effect, as a second person. Raises Forbidden for whoever asked, and as `ask` does."""
    rights.require_writer(person)
    with transaction() as session:
        publication = _open(session, key, REVIEW)
        if publication.asked_by == person.username:
            raise Forbidden("studio.own_review")
        _reviewed(publication, person, remark)
        _record(session, person, publication, "approved", publication.remark or "")
        _tell_author(session, person, publication, "notification.publication_approved")
        return _go_on(session, publication)


def send_back(person: Person, key: int, reason: str) -> Publication:
    """Return a publication to its author with what is to be changed. Raises Invalid without a reason."""
    rights.require_writer(person)
    if not reason.strip():
        raise Invalid("studio.reason_missing", fields={"reason": [("studio.reason_missing", {})]})
    with transaction() as session:
        publication = _open(session, key, REVIEW)
        if publication.asked_by == person.username:
            raise Forbidden("studio.own_review")
        _reviewed(publication, person, reason)
        publication.state = RETURNED
        _record(session, person, publication, "returned", publication.remark or "")
        _tell_author(session, person, publication, "notification.publication_returned")
        return publication


def withdraw(person: Person, key: int) -> Publication:
    """Take a publication back before it takes effect, so that the draft can be changed again."""
    rights.require_writer(person)
    with transaction() as session:
        publication = _open(session, key, *OPEN_STATES)
        publication.state = WITHDRAWN
        publication.done_at = clock.now()
        _record(session, person, publication, "withdrawn")
        return publication


def last_of(person: Person, draft_key: int) -> Publication | None:
    """The publication of a draft that was asked for last."""
    rights.require_writer(person)
    query = sa.select(Publication).where(Publication.draft_key == draft_key).order_by(Publication.key.desc())
    return db.session.scalars(query.limit(1)).first()


def publish_due() -> int:
    """Let what is due take effect, each once, whoever looks; returns how many did. For workers, every minute."""
    due = sa.select(Publication.key).where(Publication.state == SCHEDULED, Publication.effective_at <= clock.now())
    return sum(_take_due(key) for key in db.session.scalars(due.order_by(Publication.effective_at)).all())


def _take_due(key: int) -> bool:
    try:
        with transaction() as session:
            publication = session.get(Publication, key, with_for_update=True, populate_existing=True)
            if publication is None or publication.state != SCHEDULED:
                return False
            _take(session, publication)
            return True
    except (Conflict, Forbidden, Invalid, NotFound) as refused:
        if refused.code != BUSY:
            _fail(key, refused)
        return False


def _fail(key: int, refused: FirstlineError) -> None:
    """Keep why it could not take effect, and tell its author; the draft stays as it is."""
    with transaction() as session:
        publication = session.get(Publication, key, with_for_update=True, populate_existing=True)
        if publication is None or publication.state != SCHEDULED:
            return
        publication.state = FAILED
        publication.done_at = clock.now()
        findings = refused.findings[:50] if isinstance(refused, Invalid) else []
        publication.failure = {"code": refused.code, "params": refused.params, "findings": findings}
        _record(session, None, publication, "failed", refused.code)
        _tell_author(session, None, publication, "notification.publication_failed")


def _go_on(session: t.Any, publication: Publication) -> Asked:
    """Take effect if it is time, else wait for it."""
    if publication.effective_at is None or publication.effective_at <= clock.now():
        return Asked(publication, _take(session, publication))
    publication.state = SCHEDULED
    return Asked(publication)


def _take(session: t.Any, publication: Publication) -> saving.Saved:
    """Make it the newest version, and the draft go. Everything is checked once more."""
    draft = session.get(FileDraft, publication.draft_key)
    content = session.get(FileDraftRevision, (publication.draft_key, publication.revision)) if draft else None
    if draft is None or content is None:
        raise NotFound("studio.no_such_draft")
    _require_base(publication.base_version, t.cast(Kind, publication.kind), publication.identifier)
    saved = saving.publish(
        _publisher(publication),
        t.cast(Kind, publication.kind),
        sniffing.as_text(bytes(content.content)),
        stem=draft_rows.stem_of(draft),
        note=publication.note,
        area=draft.area,
        expected={publication.identifier: publication.base_version},
        reviewed=publication.reviewed_by is not None,
    )
    publication.state = PUBLISHED
    publication.version, publication.done_at = saved.version, clock.now()
    draft_rows.remove(session, draft)
    return saved


def _publisher(publication: Publication) -> Person:
    """Whoever asked is named as the publisher; without the right any more, whoever approved it."""
    for username in (publication.asked_by, publication.reviewed_by):
        person = find_person(username) if username else None
        if person is not None and rights.may_write(person):
            return person
    raise Conflict("studio.nobody_publishes", title=publication.title)


def _require_base(base: int, kind: Kind, identifier: str) -> None:
    """Refuse what was not drawn from the newest version."""
    newest = find_newest(db.session, kind, identifier)
    if newest is None or newest.version == base:
        return
    deployment = db.session.get_one(Deployment, newest.deployment_key)
    who, when = deployment.deployed_by, deployment.deployed_at
    exactly = {"username": who, "at": when.isoformat()}
    raise Conflict(
        "studio.base_moved", id=identifier, version=newest.version, base=base, **saving.by_whom(who, when), **exactly
    )


def why_failed(publication: Publication) -> str:
    """Why it could not take effect, in the language and on the day of whoever reads it."""
    failure = publication.failure or {}
    params = dict(failure.get("params", {}))
    if "username" in params and "at" in params:
        params |= saving.by_whom(params["username"], dt.datetime.fromisoformat(params["at"]))
    return i18n.text(failure["code"], **params) if failure else ""


def _require_sensible(at: dt.datetime) -> None:
    if at > clock.now() + LATEST:
        raise Invalid("studio.too_far", fields={"at": [("studio.too_far", {})]})
    if at <= clock.now():
        raise Invalid("studio.in_the_past", fields={"at": [("studio.in_the_past", {})]})


def _open(session: t.Any, key: int, *states: str) -> Publication:
    publication = session.get(Publication, key, with_for_update=True, populate_existing=True)
    if publication is None:
        raise NotFound("studio.no_such_publication")
    if publication.state not in states:
        raise Conflict("studio.publication_over", title=publication.title)
    return t.cast(Publication, publication)


def _reviewed(publication: Publication, person: Person, remark: str) -> None:
    publication.reviewed_by, publication.reviewed_at = person.username, clock.now()
    publication.remark = " ".join(remark.split())[:LONGEST_REASON]


def _record(session: t.Any, person: Person | None, publication: Publication, act: str, reason: str = "") -> None:
    detail = {
        "kind": publication.kind,
        "id": publication.identifier,
        "revision": publication.revision,
        "effective_at": publication.effective_at.isoformat() if publication.effective_at else None,
    }
    subject = f"publication:{publication.key}"
    audit.record(session, person, f"studio:publication:{act}", subject, reason or publication.note, detail)


def _tell_reviewers(session: t.Any, person: Person, publication: Publication) -> None:
    owners = sa.select(User.id).where(sa.or_(User.process_owner, User.administrator))
    notifications.tell(session, owners, _telling(person, publication, "notification.publication_asked"), by=person)


def _tell_author(session: t.Any, person: Person | None, publication: Publication, template: str) -> None:
    telling = _telling(person, publication, template)
    notifications.tell(session, notifications.named([publication.asked_by]), telling, by=person)


def _telling(person: Person | None, publication: Publication, template: str) -> Telling:
    who = (dict(person.names) or person.username) if person else ""
    params = {"who": who, "title": publication.title, "note": publication.note, "remark": publication.remark or ""}
    return Telling(notifications.PROCESS, template, params)
