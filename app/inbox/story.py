"""What happened in a case so far, newest first: steps done, who took or passed them on, remarks, files, notices."""

import dataclasses
import datetime as dt
import itertools
import typing as t
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from app import i18n
from app.db import db
from app.desk.models import CaseNote, Notice
from app.desk.texts import notice_text, wording
from app.engine.expressions import zone
from app.engine.models import Attachment, Comment, UserTask
from app.i18n import text as _
from app.inbox.names import people_named
from app.people.audit import AuditEntry

LONGEST = 200


@dataclasses.dataclass(frozen=True)
class Event:
    """One line of the story. `who` did `what`; `quote` are somebody's own words."""

    at: dt.datetime
    icon: str
    what: str
    who: str = ""
    quote: str = ""
    kind: str = ""


def story(task: UserTask) -> list[Event]:
    """Return the events of a task's case (of its process when there is no case), newest first."""
    of = _belongs(task)
    steps = _newest(UserTask, of, UserTask.created_at)
    titles = {f"user_task:{step.key}": i18n.localised(step.names, step.element_id) for step in steps}
    events = [
        *_steps(steps),
        *_acts(_newest(AuditEntry, of, AuditEntry.at), titles),
        *_remarks(_newest(Comment, of, Comment.written_at)),
        *_files(_newest(Attachment, of, Attachment.added_at)),
    ]
    if task.case_id is not None:
        events += _desk_events(task.case_id)
    names = people_named(event.who for event in events)
    named = [dataclasses.replace(event, who=names.get(event.who, "")) for event in events]
    return sorted(named, key=lambda event: event.at, reverse=True)[:LONGEST]


def by_day(events: Iterable[Event]) -> Iterator[tuple[dt.date, list[Event]]]:
    """Part events by the day of the company's clock."""
    for day, members in itertools.groupby(events, key=lambda event: event.at.astimezone(zone()).date()):
        yield day, list(members)


def _belongs(task: UserTask) -> t.Callable[[t.Any], sa.ColumnElement[bool]]:
    def condition(model: t.Any) -> sa.ColumnElement[bool]:
        if task.case_id is not None:
            return t.cast(sa.ColumnElement[bool], model.case_id == task.case_id)
        return t.cast(sa.ColumnElement[bool], model.instance_key == task.instance_key)

    return condition


def _newest(model: t.Any, of: t.Callable[[t.Any], sa.ColumnElement[bool]], at: t.Any) -> t.Sequence[t.Any]:
    return db.session.scalars(sa.select(model).where(of(model)).order_by(at.desc()).limit(LONGEST)).all()


def _steps(steps: Iterable[UserTask]) -> Iterator[Event]:
    for step in steps:
        title = i18n.localised(step.names, step.element_id)
        if step.state == "created":
            yield Event(step.created_at, "user", _("%(step)s is waiting", step=title), step.assignee or "", kind="here")
        elif step.state == "completed" and step.ended_at:
            yield Event(step.ended_at, "check", title, step.ended_by or "", kind="ok")
        elif step.ended_at:
            yield Event(step.ended_at, "no", _("%(step)s is no longer needed", step=title))


def _acts(entries: Iterable[AuditEntry], titles: dict[str, str]) -> Iterator[Event]:
    for entry in entries:
        title = titles.get(entry.subject, "")
        words = {
            "engine:user_task:claimed": ("hand", _("%(step)s claimed", step=title)),
            "engine:user_task:released": ("undo", _("%(step)s handed back", step=title)),
            "engine:user_task:assigned": ("user", _("%(step)s assigned", step=title)),
            "engine:user_task:updated": ("cal", _("Dates of %(step)s changed", step=title)),
            "engine:user_task:separation_overruled": (
                "stop",
                _("Separation of duties overruled: %(step)s", step=title),
            ),
            "engine:message:recorded": ("phone", _("Answer recorded")),
            "engine:attachment:removed": ("trash", _("File removed")),
        }.get(entry.action)
        if words:
            yield Event(entry.at, words[0], words[1], entry.username, entry.reason)


def _remarks(comments: Iterable[Comment]) -> Iterator[Event]:
    for comment in comments:
        yield Event(comment.written_at, "note", _("Comment"), comment.author, comment.text)


def _files(files: Iterable[Attachment]) -> Iterator[Event]:
    for file in files:
        icon = "camera" if file.media_type.startswith("image/") else "clip"
        yield Event(file.added_at, icon, _("File added: %(name)s", name=file.name), file.added_by)


def _desk_events(case_id: int) -> Iterator[Event]:
    for note in db.session.scalars(sa.select(CaseNote).where(CaseNote.case_id == case_id).limit(LONGEST)):
        title = wording(f"case.note.{note.kind}", _("Note"))
        yield Event(note.at, "note", title, note.author or "", note.text or "")
    for notice in db.session.scalars(sa.select(Notice).where(Notice.case_id == case_id).limit(LONGEST)):
        words = notice_text(notice.template, notice.params)
        yield Event(notice.created_at, "send", _("Notice to %(who)s", who=notice.recipient), "", words)
