"""`notice.send`: a row for everybody who is to be told. Channels send it later; the case page shows it now."""

import typing as t
from collections.abc import Mapping

from app.db import next_key
from app.desk import reading
from app.desk.mail import outbox
from app.desk.models import ANONYMOUS, Case, Contact, Customer, Notice
from app.engine.registry import JobContext
from app.errors import Invalid
from app.people import notifications
from app.people.notifications import Telling

CUSTOMER = "customer"
KINDS = frozenset({"user", "role"})


def send(job: JobContext) -> Mapping[str, t.Any]:
    """Write a notice of header `template` with `params` to each of `to`.

    Recipients: `customer` (the case's contact), `customer:<number>`, `user:<username>`, `role:<role>` or
    `role:<role>@<unit>`. Nobody is told twice, and a customer who left no name is left out. Returns {"told"}: who was.
    """
    template = reading.header(job, "template")
    to = job.inputs.get("to") or []
    told = list(dict.fromkeys(one for one in ([to] if isinstance(to, str) else to) if one))
    case = job.session.get(Case, job.instance.case_id) if job.instance.case_id is not None else None
    params = reading.mapping(job, "params")
    reached = [one for one in told if write(job, case, one, template, params)]
    job.session.flush()
    return {"told": reached}


def write(job: JobContext, case: Case | None, recipient: str, template: str, params: Mapping[str, t.Any]) -> bool:
    """Write one notice; False when there is nobody to tell."""
    kind, name, channel = _address(job.session, case, recipient)
    if not name:
        return False
    notice = Notice(
        id=next_key(),
        case_id=job.instance.case_id,
        job_key=job.job_key,
        recipient_kind=kind,
        recipient=name[:120],
        channel=channel,
        template=template,
        params=dict(params),
        created_at=job.now,
    )
    job.session.add(notice)
    _tell(job, kind, name, notice)
    _mail(job, case, notice)
    return True


def _mail(job: JobContext, case: Case | None, notice: Notice) -> None:
    """Send a customer who prefers mail a letter that says the same and brings a link."""
    if case is None or (notice.recipient_kind, notice.channel) != (CUSTOMER, "email"):
        return
    contact = outbox.contact_of(job.session, case)
    if contact is not None:
        key = f"notice:{job.job_key}:{contact.id}"
        outbox.write(job.session, case, contact, notice.template, notice.params, key)


def _tell(job: JobContext, kind: str, name: str, notice: Notice) -> None:
    """Let the people of the house find it in their notifications as well."""
    if kind == CUSTOMER:
        return
    role, _at, unit = name.partition("@")
    who = notifications.holders(role, unit) if kind == "role" else notifications.named([name])
    telling = Telling(notifications.PROCESS, f"notice.{notice.template}", notice.params, case_id=notice.case_id)
    notifications.tell(job.session, who, telling)


def _address(session: t.Any, case: Case | None, recipient: str) -> tuple[str, str, str]:
    if recipient == CUSTOMER:
        return CUSTOMER, *_customer(session, case)
    kind, found, name = recipient.partition(":")
    if kind == CUSTOMER and name.isdigit():
        return CUSTOMER, *_named(session.get(Customer, int(name)), None)
    if not found or kind not in KINDS:
        raise Invalid("desk.no_such_recipient", recipient=recipient)
    return kind, name, "in_app"


def _customer(session: t.Any, case: Case | None) -> tuple[str, str]:
    """The contact's name and preferred channel, else the customer's own name and the telephone."""
    if case is None:
        return "", "phone"
    customer = session.get(Customer, case.customer_id) if case.customer_id is not None else None
    return _named(customer, session.get(Contact, case.contact_id) if case.contact_id is not None else None)


def _named(customer: Customer | None, contact: Contact | None) -> tuple[str, str]:
    if customer is None or customer.kind == ANONYMOUS:
        return "", "phone"
    if contact is not None:
        return contact.name, contact.preferred_channel
    return customer.name, "phone"
