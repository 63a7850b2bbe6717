"""Small functions that templates of the desk call: names, choices, lines."""

import datetime as dt
import typing as t
from collections.abc import Iterable, Mapping

from flask import Flask, current_app
from markupsafe import Markup, escape

from app import clock, i18n
from app.db import db
from app.desk import cases, clocks, papers, requests, verdict, words
from app.desk.models import Asset, Case, Contact, Customer, Notice, PriceListEntry, Product, SparePart
from app.desk.places import place_name
from app.desk.registers import REGISTERS
from app.desk.registers.devices import replacements
from app.desk.registers.register import Register
from app.engine import comments as engine_comments
from app.i18n import text as _
from app.people import current_person
from app.people.units import UnitNode

Choices = list[tuple[str, str]]
MINUTE = dt.timedelta(minutes=1)
NEAR = ("customers", "devices", "stock", "prices", "contracts")
STATUS_LOOKS: Mapping[str, tuple[str, str]] = {
    "new": ("star", "accent"), "accepted": ("user", "accent"), "transferring": ("move", "warn"),
    "in_progress": ("play", "accent"), "escalated": ("up", "warn"), "waiting_customer": ("pause", "wait"),
    "waiting_parts": ("pause", "wait"), "waiting_vendor": ("pause", "wait"), "resolved": ("check", "ok"),
    "awaiting_visit": ("phone", "ok"), "reopened": ("undo", "warn"), "closed": ("done", "ok"), "cancelled": ("no", ""),
}  # fmt: skip


def init_app(app: Flask) -> None:
    """Make the functions known to templates."""
    app.jinja_env.globals.update(
        product_name=product_name,
        customer_name=customer_name,
        contact_line=contact_line,
        code=code,
        product_choices=product_choices,
        unit_choices=unit_choices,
        contact_choices=contact_choices,
        class_choices=class_choices,
        channel_choices=channel_choices,
        link_to=link_to,
        status_pill=status_pill,
        notice_text=notice_text,
        part_name=part_name,
        why_due=clocks.why_due,
        localised=i18n.localised,
        bar_code=papers.bar_code,
        newest_papers=papers.newest,
        place_name=place_name,
        near_registers=near_registers,
        verdict_of=verdict_of,
        replacements_of=lambda device: replacements(db.session, device),
    )
    app.jinja_env.filters["mentions"] = mentions
    app.jinja_env.filters["worked"] = worked


def product_name(product: Product) -> str:
    """Return a product's name in the present language."""
    return i18n.localised({"zh": product.name, "en": product.name_en or ""}, product.model)


def near_registers() -> list[Register]:
    """Return the registers that stand beside the request form; the others are on the page of all of them."""
    person = current_person()
    return [REGISTERS[name] for name in NEAR if person is not None and REGISTERS[name].reads.held_by(person)]


def verdict_of(device: Asset) -> verdict.Verdict:
    """Judge a device by what is on file today."""
    return verdict.of_device(device, cases.company_day(clock.now()))


def part_name(part: SparePart | PriceListEntry) -> str:
    """Return the name of a part or price in the present language."""
    return i18n.localised({"zh": part.name, "en": part.name_en or ""}, part.name)


def customer_name(customer: Customer | None) -> str:
    """Return a customer's name in the present language, empty for nobody."""
    return i18n.localised({"zh": customer.name, "en": customer.name_en or ""}, customer.name) if customer else ""


def contact_line(contact: Contact) -> Markup:
    """Return name and number of somebody to talk to; the number starts a call on a phone."""
    if not contact.phone:
        return escape(contact.name)
    return Markup('{} <a class="fl-a fl-num" href="tel:{}">{}</a>').format(contact.name, contact.phone, contact.phone)


def code(text: t.Any) -> Markup:
    """Return a number of a document or device as such numbers look everywhere."""
    return Markup('<span class="fl-code">{}</span>').format(text)


def link_to(address: str, words: str) -> Markup:
    """Return a link inside a list of facts."""
    return Markup('<a class="fl-a" href="{}">{}</a>').format(address, words)


def status_pill(case: Case) -> Markup:
    """Return the status of a case as icon and word."""
    icon, kind = STATUS_LOOKS.get(case.status, ("info", ""))
    ui = current_app.jinja_env.get_template("web/_macros/status.html").module
    return t.cast(Markup, ui.pill(i18n.text(f"desk.status.{case.status}"), kind, icon))  # type: ignore[attr-defined]


def notice_text(notice: Notice) -> str:
    """Return the sentence of a notice."""
    return i18n.text(f"notice.{notice.template}", **{name: shown_value(value) for name, value in notice.params.items()})


def worked(time: dt.timedelta) -> str:
    """Say how much working time that is, in hours: a day of work is shorter than a day."""
    hours, minutes = divmod(max(time, dt.timedelta()) // MINUTE, 60)
    if not hours:
        return _("%(minutes)d min", minutes=minutes)
    return (
        _("%(hours)d h %(minutes)02d min", hours=hours, minutes=minutes) if minutes else _("%(hours)d h", hours=hours)
    )


def shown_value(value: t.Any) -> str:
    """Return a value as text, a pair of names in the present language."""
    if isinstance(value, Mapping):
        return i18n.localised(value)
    return "" if value is None else str(value)


def mentions(words: str) -> Markup:
    """Return what somebody wrote, with the colleagues named in it standing out."""
    marked = engine_comments.MENTION.sub(r'<span class="fl-mention">\g<0></span>', str(escape(words)))
    return Markup(marked)  # noqa: S704 - escaped above, before the marks were put in


def product_choices(products: Iterable[Product]) -> Choices:
    """Return the products to choose from."""
    return [(str(one.id), product_name(one)) for one in products]


def unit_choices(units: Iterable[UnitNode]) -> Choices:
    """Return the units to choose from."""
    return [(node.code, node.name) for node in units]


def contact_choices(contacts: Iterable[Contact]) -> Choices:
    """Return the people to choose from, and somebody new."""
    known = [(str(one.id), f"{one.name} {one.phone or ''}".strip()) for one in contacts]
    return [*known, (requests.NEW, _("Somebody new"))]


def class_choices() -> Choices:
    """Return what a request may be about."""
    return [(one, i18n.text(f"request_routing.request_class.{one}")) for one in requests.CLASSES]


def channel_choices() -> Choices:
    """Return the ways a request comes by."""
    return [(one, words.word(words.CHANNELS, one)) for one in requests.CHANNELS]
