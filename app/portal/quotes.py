"""A quotation as the customer sees it, and the answer: signed, stored with its version, told to the process."""

import dataclasses
import datetime as dt
import decimal
import hashlib
import re
import typing as t
from collections.abc import Mapping

import orjson
import sqlalchemy as sa

from app import clock, engine
from app.db import db, next_key
from app.desk import links
from app.desk.models import CustomerLink, Document, QuoteSignature
from app.errors import Conflict, Invalid, NotFound
from app.people import audit

ANSWERS = ("accepted", "refused", "change")
MESSAGE = "msg_quote_answer"
OPEN, ANSWERED, LAPSED, IN_WORK = "open", "answered", "lapsed", "in_work"
DRAWING = re.compile(r"M\d{1,3} \d{1,3}(?:[ML]\d{1,3} \d{1,3}){1,3000}")
"""Strokes on a field 600 wide and 200 high: jumps and lines in whole numbers, nothing else."""
SIGNED_FOR = ("lines", "total", "valid_until")
LONGEST_NAME, LONGEST_NOTE = 120, 1000

Complaints = dict[str, list[tuple[str, dict[str, t.Any]]]]


@dataclasses.dataclass(frozen=True)
class Quote:
    """One version of a quotation and where it stands.

    `version` counts how often it was sent; somebody who signs, signs exactly this.
    """

    document: Document
    version: int
    state: str
    valid_until: dt.datetime | None
    signature: QuoteSignature | None

    @property
    def lines(self) -> list[Mapping[str, t.Any]]:
        return [line for line in self.document.content.get("lines") or [] if isinstance(line, Mapping)]

    @property
    def total(self) -> decimal.Decimal:
        return decimal.Decimal(str(self.document.content.get("total") or 0))

    @property
    def fault(self) -> str:
        """What was found, in the words of whoever priced it."""
        fault = self.document.content.get("fault")
        return str(fault.get("text") or "") if isinstance(fault, Mapping) else ""

    @property
    def note(self) -> str:
        return str(self.document.content.get("note") or "")

    @property
    def content(self) -> dict[str, t.Any]:
        """What stands on the page and is signed."""
        kept = self.document.content
        return {"quote_no": self.document.document_no} | {name: kept.get(name) for name in SIGNED_FOR}


def quote_of(link: CustomerLink) -> Quote:
    """Return the quotation a link asks about. Raises NotFound when the link is about none."""
    document = db.session.get(Document, link.document_id, populate_existing=True) if link.document_id else None
    if document is None:
        raise NotFound("desk.no_such_customer_link")
    version = sum(step["state"] == "sent" for step in document.history)
    signed = sa.select(QuoteSignature).where(
        QuoteSignature.document_id == document.id, QuoteSignature.version == version
    )
    valid_until = links.moment_in(document.content.get("valid_until"))
    signature = db.session.scalars(signed).one_or_none()
    return Quote(document, version, _state(document, valid_until, signature), valid_until, signature)


def _state(document: Document, valid_until: dt.datetime | None, signature: QuoteSignature | None) -> str:
    if signature is not None:
        return ANSWERED
    if document.state == "sent":
        return LAPSED if valid_until is not None and valid_until <= clock.now() else OPEN
    if document.state == "priced":
        return IN_WORK
    return {"lapsed": LAPSED, "change": IN_WORK}.get(str(document.content.get("answer")), ANSWERED)


def answer(link: CustomerLink, form: Mapping[str, str], address: str) -> QuoteSignature:
    """Sign a quotation and let the process go on, in one transaction: neither happens without the other.

    Of two answers at the same moment the first one counts. Raises Invalid for wrong fields, Conflict when the
    quotation was answered, has lapsed or was changed since the page was opened.
    """
    given = _clean(form)
    quote = quote_of(link)
    _require_open(quote, form.get("version", ""))
    signature = _signature(link, quote, given, address)
    try:
        engine.correlate_message(
            None,
            MESSAGE,
            quote.document.document_no,
            {"answer": signature.answer, "note": signature.note, "evidence": None, "signature": _told(signature)},
            beside=lambda session: _write(session, link, signature),
        )
    except NotFound as nobody:
        raise Conflict("portal.quote_answered") from nobody
    return signature


def _require_open(quote: Quote, version: str) -> None:
    if quote.state == OPEN and version != str(quote.version):
        raise Conflict("portal.quote_changed")
    if quote.state != OPEN:
        raise Conflict(f"portal.quote_{quote.state}")


def _clean(form: Mapping[str, str]) -> dict[str, str]:
    wrong: Complaints = {}
    given = {name: form.get(name, "").strip() for name in ("answer", "signer", "note", "drawing")}
    if given["answer"] not in ANSWERS:
        wrong["answer"] = [("portal.choose_answer", {})]
    if not given["signer"]:
        wrong["signer"] = [("portal.sign_with_name", {})]
    elif len(given["signer"]) > LONGEST_NAME:
        wrong["signer"] = [("portal.too_long", {"most": LONGEST_NAME})]
    if len(given["note"]) > LONGEST_NOTE:
        wrong["note"] = [("portal.too_long", {"most": LONGEST_NOTE})]
    if given["answer"] == "change" and not given["note"]:
        wrong["note"] = [("portal.say_what_to_change", {})]
    if given["answer"] == "accepted" and not form.get("understood"):
        wrong["understood"] = [("portal.tick_understood", {})]
    if given["drawing"] and not DRAWING.fullmatch(given["drawing"]):
        wrong["drawing"] = [("portal.draw_again", {})]
    if wrong:
        raise Invalid("portal.check_fields", fields=wrong)
    return given


def _signature(link: CustomerLink, quote: Quote, given: Mapping[str, str], address: str) -> QuoteSignature:
    content = quote.content
    return QuoteSignature(
        document_id=quote.document.id,
        version=quote.version,
        answer=given["answer"],
        signer=given["signer"],
        drawing=given["drawing"] or None,
        note=given["note"] or None,
        total=quote.total,
        content=content,
        digest=hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest(),
        link_id=link.id,
        address=address,
        signed_at=clock.now(),
    )


def _write(session: t.Any, link: CustomerLink, signature: QuoteSignature) -> None:
    """Store the signature; called again with the same one when the command had to start over."""
    values = {
        column.key: getattr(signature, column.key) for column in QuoteSignature.__table__.columns if column.key != "id"
    }
    session.execute(sa.insert(QuoteSignature).values(id=next_key(), **values))
    used = sa.update(CustomerLink).where(CustomerLink.id == link.id).values(used_at=signature.signed_at)
    session.execute(used, execution_options={"synchronize_session": False})
    said = {"answer": signature.answer, "signer": signature.signer, "version": signature.version}
    subject = f"document:{signature.document_id}"
    audit.record(session, None, "portal:quote:answered", subject, signature.note or "", said, case_id=link.case_id)


def _told(signature: QuoteSignature) -> dict[str, t.Any]:
    """What the process learns of the signature."""
    return {
        "signer": signature.signer,
        "drawn": signature.drawing is not None,
        "at": signature.signed_at.isoformat(),
        "digest": signature.digest,
        "by": "portal",
    }
