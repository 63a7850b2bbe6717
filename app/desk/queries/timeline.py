"""A case's timeline: entries of time, code, values and actor, whose sentences stand in the catalogues."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterator, Mapping

from app import i18n
from app.engine import incident_text

if t.TYPE_CHECKING:
    from app.desk.queries.story import Decision, Story

PREFIX = "desk.timeline."
ROUTINE = frozenset({"engine:user_task:claimed", "desk:request:taken", "desk:request:added"})
"""Acts that the story tells already: the step that was done, the case that was opened, the note that was added."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """One thing that happened.

    Attributes:
        code: what; its sentence is `desk.timeline.<code>`.
        params: values of the sentence; a {"zh", "en"} pair is shown in the reader's language.
        actor: username, None for the system itself.
        text: words people wrote, shown below the sentence.
    """

    at: dt.datetime
    code: str
    params: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    actor: str | None = None
    text: str | None = None

    @property
    def sentence(self) -> str:
        """The sentence in the language of the present request."""
        return i18n.text(PREFIX + self.code, **{name: _shown(value) for name, value in self.params.items()})


@dataclasses.dataclass(frozen=True)
class Coded:
    """A code whose text stands in the catalogues under `group`; shown as it is when nobody wrote one."""

    group: str
    code: str | None

    def __str__(self) -> str:
        key = f"{self.group}.{self.code}"
        words = i18n.text(key)
        return (self.code or "") if words == key else words


def _shown(value: t.Any) -> str:
    if isinstance(value, Mapping):
        return i18n.localised(value)
    return "" if value is None else str(value)


def entries(story: "Story") -> list[Entry]:
    """Return everything that happened in a case, oldest first."""
    parts = (_case, _tasks, _decisions, _documents, _notices, _notes, _links, _stock, _trouble, _people)
    found = [entry for part in parts for entry in part(story)]
    return sorted(found, key=lambda entry: entry.at)


def _case(story: "Story") -> Iterator[Entry]:
    case = story.case
    opened_by = story.instances[0].started_by if story.instances else None
    yield Entry(case.request_time, "opened", {"case_no": case.case_no}, opened_by, case.fault_description)
    if case.responded_at:
        yield Entry(case.responded_at, "responded")
    if case.resolved_at:
        yield Entry(case.resolved_at, "resolved", {"result": Coded("case.close_code", case.close_code)})
    if case.closed_at:
        yield Entry(case.closed_at, "closed", {"status": Coded("desk.status", case.status)})
    for other in story.merged:
        yield Entry(other.closed_at or other.request_time, "merged", {"case_no": other.case_no})


def _tasks(story: "Story") -> Iterator[Entry]:
    for task in story.done_tasks:
        if task.ended_at:
            other = task.delegated_by or task.assignee
            if other in {None, task.ended_by}:
                yield Entry(task.ended_at, "task_done", {"task": task.names}, task.ended_by)
            else:
                params = {"task": task.names, "other": story.names.get(other) or other}
                yield Entry(task.ended_at, "task_done_for", params, task.ended_by)


def _decisions(story: "Story") -> Iterator[Entry]:
    for decision in story.decisions:
        params = {"decision": decision.names, "version": decision.version}
        yield Entry(decision.at, "decided", params, None, _outcome(decision))


def _outcome(decision: "Decision") -> str | None:
    """What a table decided, in the words that its outputs have in the catalogues."""
    found = []
    for name, output in _outputs(decision).items():
        key = f"{decision.decision_id}.{name}.{str(output).lower() if isinstance(output, bool) else output}"
        if (words := i18n.text(key)) != key:
            found.append(words)
    return " · ".join(found) or None


def _outputs(decision: "Decision") -> Mapping[str, t.Any]:
    """The named outputs of the asked table, whose name the value alone does not tell when there is only one."""
    decided = decision.trace.get("decisions") or []
    tables = decided[-1].get("tables") or [] if decided else []
    matched = tables[-1].get("matched") or [] if tables else []
    return {name: output for rule in matched for name, output in (rule.get("outputs") or {}).items()}


def _documents(story: "Story") -> Iterator[Entry]:
    for paper in story.documents:
        for step in paper.history:
            params = {
                "document": Coded("desk.document", paper.kind),
                "number": paper.document_no,
                "state": Coded("desk.document_state", step["state"]),
            }
            yield Entry(dt.datetime.fromisoformat(step["at"]), "document", params, step["by"])


def _notices(story: "Story") -> Iterator[Entry]:
    for notice in story.notices:
        params = {
            "recipient": story.recipients.get(notice.recipient, notice.recipient),
            "channel": Coded("desk.channel", notice.channel),
        }
        sentence = i18n.text(f"notice.{notice.template}", **_texts(notice.params))
        yield Entry(notice.created_at, f"told_{notice.recipient_kind}", params, None, sentence)


def _texts(params: Mapping[str, t.Any]) -> dict[str, str]:
    return {name: _shown(value) for name, value in params.items()}


def _notes(story: "Story") -> Iterator[Entry]:
    for note in story.notes:
        yield Entry(note.at, "noted", {"kind": Coded("desk.note", note.kind)}, note.author, note.text)
    for need in story.needs:
        params = {"need_no": need.need_no, "department": Coded("feedback_routing.department", need.department)}
        yield Entry(need.routed_at, "need_passed", params, None, need.text)
    for penalty in story.penalties:
        yield Entry(penalty.detected_at, "penalty_proposed", {"amount": penalty.amount, "rule": penalty.rule_id})


def _links(story: "Story") -> Iterator[Entry]:
    names = story.names
    for link in story.links:
        if link.kind == "transfer":
            continue  # The acts of asking and answering tell it.
        handler = names.get(link.handler_id or 0, {})
        above = names.get(link.answers_to_id or 0, {})
        params = {"handler": handler, "above": above, "layer": Coded("escalation_target.layer", link.layer)}
        params["area"] = Coded("escalation_target.area", link.area)
        yield Entry(link.requested_at, f"link_{link.kind}", params, None, link.note)
        if link.kind == "escalation" and link.accepted_at:
            yield Entry(link.accepted_at, "link_accepted", params)
        if link.kind == "escalation" and link.returned_at:
            result = Coded("desk.link_result", link.result)
            yield Entry(link.returned_at, "link_returned", {**params, "result": result})


def _stock(story: "Story") -> Iterator[Entry]:
    for use in story.parts:
        yield Entry(use.at, "part_used", {"part": use.part_no, "quantity": use.quantity, "site": use.site})


def _trouble(story: "Story") -> Iterator[Entry]:
    for incident in story.incidents:
        reason = incident_text.sentence(incident)
        where = {"element": incident.element_id or incident.process_id or ""}
        yield Entry(incident.created_at, "stuck", where, None, reason)
        if incident.resolved_at:
            yield Entry(incident.resolved_at, "unstuck", where, incident.resolved_by)


def _people(story: "Story") -> Iterator[Entry]:
    for comment in story.comments:
        yield Entry(comment.written_at, "comment", {}, comment.author, comment.text)
    for file in story.attachments:
        yield Entry(file.added_at, "file_added", {"name": file.name}, file.added_by)
    steps = {f"user_task:{task.key}": task.names for task in (*story.open_tasks, *story.done_tasks)}
    for act in story.audit:
        if act.action in ROUTINE:
            continue
        step = i18n.localised(steps.get(act.subject), "")
        words = f"{i18n.text(act.action)} · {step}" if step else i18n.text(act.action)
        yield Entry(act.at, "act", {"act": words}, act.username or None, act.reason or None)
