"""What a template of a paper is given: the document, its case, and its content in words."""

import dataclasses
import datetime as dt
import re
import typing as t
from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from app import i18n
from app.db import db
from app.desk.models import Case, Document, QuoteSignature
from app.desk.papers import words
from app.i18n import text as _
from app.people.units import UnitNode
from app.web.marks import money

KINDS: Mapping[str, str] = {
    "bad_unit_list": "F36", "batch_slip": "F28", "credit_note": "", "dispatch_order": "F05", "exchange_request": "F10",
    "hand_over_sheet": "F14", "handling_record": "F07", "improvement_plan": "", "invoice": "F73", "issue_slip": "F49",
    "material_report": "F33", "packing_list": "F57", "parts_order": "F37", "parts_receipt": "F38",
    "parts_requisition": "", "parts_shipment": "F58", "payment_voucher": "", "quotation": "F42", "receipt": "",
    "repair_list": "F26", "repair_report": "F30", "repair_slip": "F25", "return_number": "F54",
    "service_document": "F08", "service_evaluation": "F02", "settlement_quote": "F43", "settlement_summary": "F45",
    "stock_in_slip": "F71", "stock_report": "F33", "swap_record": "", "swap_summary": "F35", "vendor_claim": "",
}  # fmt: skip
"""Kinds of documents with a template of their own, and their form number in the catalogue where it has one."""
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})")
"""Day and minute of a time as processes store it; its zone is the company's."""


@dataclasses.dataclass(frozen=True)
class Table:
    """Lines of a paper: headings, whether each column holds figures, and the cells as text."""

    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclasses.dataclass(frozen=True)
class Sheet:
    """One document about to be printed."""

    document: Document
    case: Case
    unit: UnitNode | None
    signature: QuoteSignature | None
    """The customer's signature through a link, under the newest version of a quotation."""

    @property
    def content(self) -> Mapping[str, t.Any]:
        return self.document.content

    @property
    def form(self) -> str:
        """The form number of the catalogue."""
        return KINDS.get(self.document.kind, "")

    @property
    def steps(self) -> list[tuple[str, dt.datetime, str]]:
        """The states the document was in: state, when, by whom."""
        history = self.document.history
        return [(step["state"], dt.datetime.fromisoformat(step["at"]), step.get("by") or "") for step in history]

    @property
    def template(self) -> str:
        """The template that prints it; kinds without one of their own are listed field by field."""
        kind = self.document.kind
        return f"desk/papers/{kind if kind in KINDS else 'other'}.html"

    def fact(self, name: str) -> tuple[str, str]:
        """Return a label and what the document says under a name, such as `model` or `payment.method`."""
        return words.label(name), shown(name, self.at(name))

    def facts(self, *names: str) -> list[tuple[str, str]]:
        """Return those that the document says something about."""
        return [fact for fact in map(self.fact, names) if fact[1]]

    def at(self, name: str) -> t.Any:
        """Return a value of the content by its path."""
        found: t.Any = self.content
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    def table(self, name: str, *columns: str) -> Table | None:
        """Return the lines under a name with those of the columns that any line fills; None without lines."""
        lines = list(_lines(self.at(name)))
        used = [column for column in columns if any(_cell(column, line) for line in lines)]
        if not used:
            return None
        heads = tuple((words.label(column), column in words.FIGURES) for column in used)
        return Table(heads, tuple(tuple(_cell(column, line) for column in used) for line in lines))

    @property
    def all_facts(self) -> list[tuple[str, str]]:
        """Everything the document says that is not a list of lines."""
        return self.facts(*(name for name, value in self.content.items() if not _is_lines(value)))

    @property
    def all_tables(self) -> list[tuple[str, Table]]:
        """Every list of lines with all that any of them says, under its name."""
        found = []
        for name, value in self.content.items():
            columns = dict.fromkeys(column for line in _lines(value) for column in line) if _is_lines(value) else {}
            if table := self.table(name, *columns):
                found.append((words.label(name), table))
        return found

    def amount(self, name: str) -> str:
        """Return a sum as a table writes it, empty when there is none."""
        value = self.at(name)
        return money(value) if isinstance(value, int | float) else ""


def sheet_of(document: Document, case: Case, unit: UnitNode | None) -> Sheet:
    """Read what belongs to a document."""
    signature = None
    if document.kind == "quotation":
        signed = sa.select(QuoteSignature).where(QuoteSignature.document_id == document.id)
        signature = db.session.scalars(signed.order_by(QuoteSignature.version.desc())).first()
        if signature is not None and signature.version != sum(one["state"] == "sent" for one in document.history):
            signature = None
    return Sheet(document, case, unit, signature)


def newest(documents: Iterable[Document]) -> list[Document]:
    """Return the newest document of each kind, in the order in which the kinds came up."""
    return list({document.kind: document for document in documents}.values())


def _is_lines(value: t.Any) -> bool:
    return isinstance(value, list) and any(isinstance(line, Mapping) for line in value)


def _lines(found: t.Any) -> Iterator[Mapping[str, t.Any]]:
    """Lines are contexts; a bare value is a line with nothing but a code."""
    for line in found if isinstance(found, list) else []:
        if isinstance(line, Mapping):
            yield line
        elif line is not None:
            yield {"code": line}


def _cell(column: str, line: Mapping[str, t.Any]) -> str:
    found: t.Any = line
    for part in column.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if column in words.SUMS and isinstance(found, int | float):
        return money(found)
    return shown(column, found)


def shown(name: str, value: t.Any) -> str:
    """Return a value in words: codes by their texts, lists joined, moments to the minute, yes and no."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, Mapping):
        return i18n.localised(value) if {"zh", "en"} & value.keys() else _joined(value.items())
    if isinstance(value, list):
        return ("、" if i18n.language() == "zh" else ", ").join(shown(name, one) for one in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if found := MOMENT.match(str(value)):
        return f"{found[1]} {found[2]}"
    if name in words.SUMS and isinstance(value, int | float):
        return f"¥ {money(value)}"
    return words.value(name, str(value))


def _joined(pairs: Iterable[tuple[str, t.Any]]) -> str:
    said = [(words.label(name), shown(name, value)) for name, value in pairs]
    colon, comma = ("：", "；") if i18n.language() == "zh" else (": ", "; ")
    return comma.join(f"{label}{colon}{text}" for label, text in said if text)
