"""The registers of what processes write and money follows: papers of every kind, and penalties proposed by rules."""

import dataclasses
import typing as t
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from app.desk import texts, words
from app.desk.handlers.documents import PREFIXES
from app.desk.models import Case, Document, PenaltyRecord
from app.desk.queries.visible import permitted_cases
from app.desk.registers.columns import Account, Amount, Choice, Column, Moment
from app.desk.registers.naming import Naming
from app.desk.registers.register import Register, Row
from app.desk.registers.stock import CASE
from app.engine import access as rights
from app.i18n import lazy_text as _l
from app.people.person import Person

QUOTES, INVOICES, PAYMENTS = ("quotation",), ("invoice", "credit_note"), ("receipt", "payment_voucher")
ORDERS, SETTLEMENTS = ("parts_order", "vendor_claim"), ("settlement_quote", "settlement_summary")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Coded(Column):
    """A code of a process with its word in the desk's catalogue."""

    scope: str
    written: bool = False

    def spelled(self, value: t.Any) -> str:
        return "" if value is None else texts.wording(f"{self.scope}.{value}", str(value))


def _visible_papers(person: Person) -> sa.ColumnElement[bool]:
    if rights.sees_everything(person):
        return sa.true()
    return Document.case_id.in_(sa.select(Case.id).where(permitted_cases(person)))


def _visible_penalties(person: Person) -> sa.ColumnElement[bool]:
    """Those of cases one may see, and one's own wherever they come from."""
    if rights.sees_everything(person):
        return sa.true()
    seen = PenaltyRecord.case_id.in_(sa.select(Case.id).where(permitted_cases(person)))
    return sa.or_(seen, PenaltyRecord.username == person.username)


def _of(kinds: Sequence[str]) -> Callable[[], sa.ColumnElement[bool]]:
    return lambda: Document.kind.in_(kinds)


def _open() -> sa.ColumnElement[bool]:
    return PenaltyRecord.status.in_(("proposed", "in_review"))


def _by_case(column: t.Any) -> Callable[[str], list[sa.ColumnElement[bool]]]:
    return lambda text: [column.in_(sa.select(Case.id).where(Case.case_no == text.upper()))]


def _cases(session: t.Any, texts_: Sequence[str]) -> Mapping[str, Sequence[Row]]:
    rows = list(session.scalars(sa.select(Case).where(Case.case_no.in_(texts_))))
    return {text: [row for row in rows if row.case_no == text] for text in texts_}


CASE_NAMING = Naming(Case, lambda row: row.case_no, lambda row: row.case_no, _cases)
PAPERS = Register(
    id="papers",
    model=Document,
    title=_l("Papers"),
    one=_l("Paper"),
    about=_l("Quotations, invoices, payments, vendor orders, settlements and every other numbered paper of a case."),
    icon="doc",
    columns=(
        Column(name="document_no", label=_l("Number"), written=False),
        Choice(
            name="kind", label=_l("Kind"), written=False,
            words={kind: _l(f"desk.document.{kind}") for kind in sorted(PREFIXES)},
        ),
        Coded(name="state", label=_l("State"), scope="desk.document_state"),
        CASE,
        Moment(name="created_at", label=_l("Written on")),
        Account(name="created_by", label=_l("Written by")),
        Moment(name="changed_at", label=_l("Last step")),
    ),
    key=("document_no", "kind"),
    names=("document_no",),
    listed=("document_no", "kind", "state", "case_id", "created_at", "created_by", "changed_at"),
    searched=("document_no",),
    search=_by_case(Document.case_id),
    filters=("kind",),
    views={
        "quotes": (_l("Quotations"), _of(QUOTES)),
        "invoices": (_l("Invoices"), _of(INVOICES)),
        "payments": (_l("Payments"), _of(PAYMENTS)),
        "orders": (_l("Vendor orders and claims"), _of(ORDERS)),
        "settlements": (_l("Settlements"), _of(SETTLEMENTS)),
    },
    order=("created_at",),
    newest_first=True,
    adds=False,
    scope=_visible_papers,
    template="desk/paper_record.html",
)  # fmt: skip

PENALTIES = Register(
    id="penalties",
    subject="penalty",
    model=PenaltyRecord,
    title=_l("Penalties"),
    one=_l("Penalty"),
    about=_l("Deductions that rules propose. A supervisor confirms or waives each, with a reason."),
    icon="yuan",
    columns=(
        Moment(name="detected_at", label=_l("Found")),
        Coded(name="rule_id", label=_l("Rule"), scope="desk.penalty_rule"),
        Account(name="username", label=_l("Person")),
        Column(name="debtor_role", label=_l("Role"), written=False),
        Amount(name="amount", label=_l("Amount"), written=False),
        Choice(name="status", label=_l("Status"), words=words.PENALTY_STATES, written=False),
        CASE,
        Column(name="document_no", label=_l("Paper"), written=False),
        Account(name="confirmed_by", label=_l("Decision by")),
        Moment(name="confirmed_at", label=_l("Decided")),
        Column(name="decision_reason", label=_l("Reason"), written=False),
    ),
    key=("detected_at",),
    names=(),
    listed=("detected_at", "rule_id", "username", "amount", "status", "case_id", "document_no"),
    searched=("rule_id", "username", "document_no"),
    search=_by_case(PenaltyRecord.case_id),
    filters=("status",),
    views={"open": (_l("not decided yet"), _open)},
    order=("detected_at",),
    newest_first=True,
    adds=False,
    scope=_visible_penalties,
    template="desk/penalty.html",
)
