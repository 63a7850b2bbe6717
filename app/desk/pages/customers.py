"""Customers: the list, and one customer with contacts, devices, contracts and cases."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import db
from app.desk import cases as case_file
from app.desk import customers as service
from app.desk import lookup, queries
from app.desk.models import ANONYMOUS, Customer
from app.desk.pages import words
from app.desk.pages.blueprint import Complaints, complaints, desk
from app.errors import Invalid
from app.i18n import text as _
from app.people import audit, signed_in

PAGE = 50


@desk.get("/customers")
def customers() -> str:
    """List customers by name; search by name, contact or telephone."""
    text, after = request.args.get("q", "").strip(), request.args.get("after", "")
    if text:
        rows, more = list(lookup.find(signed_in(), text).customers), None
    else:
        rows, more = _page(after)
    return render_template(
        "desk/customers.html", rows=rows, q=text, after=more, first=not after, words=words, word=words.word
    )


def _page(after: str) -> tuple[list[Customer], str | None]:
    """Customers in name order behind a place `name|id`."""
    name, _bar, key = after.rpartition("|")
    query = sa.select(Customer).where(Customer.merged_into.is_(None), Customer.kind != ANONYMOUS)
    if key.isdigit():
        same = sa.and_(Customer.name == name, Customer.id > int(key))
        query = query.where(sa.or_(Customer.name > name, same))
    query = query.options(sa.orm.selectinload(Customer.contacts)).order_by(Customer.name, Customer.id)
    rows = list(db.session.scalars(query.limit(PAGE + 1)))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{last.name}|{last.id}" if last else None


@desk.get("/customers/<int:customer_id>")
def customer(customer_id: int) -> str:
    """Show a customer."""
    return _show(customer_id, {}, {}, "")


@desk.post("/customers/<int:customer_id>")
def change_customer(customer_id: int) -> ResponseReturnValue:
    """Change the record."""
    try:
        service.change_customer(signed_in(), customer_id, request.form)
    except Invalid as error:
        return _show(customer_id, complaints(error), request.form.to_dict(), "customer"), 422
    return _done(customer_id)


@desk.post("/customers/<int:customer_id>/contacts")
def add_contact(customer_id: int) -> ResponseReturnValue:
    """Add somebody to talk to."""
    try:
        service.add_contact(signed_in(), customer_id, request.form)
    except Invalid as error:
        return _show(customer_id, complaints(error), request.form.to_dict(), "contact-new"), 422
    return _done(customer_id)


@desk.post("/customers/<int:customer_id>/contacts/<int:contact_id>")
def change_contact(customer_id: int, contact_id: int) -> ResponseReturnValue:
    """Change a contact's record."""
    try:
        service.change_contact(signed_in(), contact_id, request.form)
    except Invalid as error:
        return _show(customer_id, complaints(error), request.form.to_dict(), f"contact-{contact_id}"), 422
    return _done(customer_id)


def _done(customer_id: int) -> ResponseReturnValue:
    flash(_("Saved"), "ok")
    return redirect(url_for("desk.customer", customer_id=customer_id), 303)


def _show(customer_id: int, errors: Complaints, typed: dict[str, str], where: str) -> str:
    person = signed_in()
    found = service.get(person, customer_id)
    today = case_file.company_day(clock.now())
    return render_template(
        "desk/customer.html",
        customer=found,
        contacts=found.contacts,
        assets=lookup.assets_of(found.id),
        contracts=service.contracts_of(found.id),
        running=case_file.running_contract(db.session, found.id, today),
        cases=queries.cases_of(person, customer_id=found.id),
        changes=changes_of(f"customer:{found.id}"),
        errors=errors,
        typed=typed,
        where=where,
        words=words,
        word=words.word,
        labels=labels(),
    )


def changes_of(subject: str) -> list[audit.AuditEntry]:
    """Return who changed a record, newest first."""
    query = sa.select(audit.AuditEntry).where(audit.AuditEntry.subject == subject)
    return list(db.session.scalars(query.order_by(audit.AuditEntry.id.desc()).limit(20)))


def labels() -> dict[str, str]:
    """Return the words for fields in the history of a record."""
    return {
        "name": _("Customer's name"), "name_en": _("English name"), "kind": _("Kind"), "customer_class": _("Class"),
        "phone": _("Telephone"), "fax": _("Fax"), "address": _("Address"), "area": _("Area"), "email": _("E-mail"),
        "position": _("Position"), "preferred_channel": _("Reached by"), "serial_no": _("Serial no."), "imei": "IMEI",
        "product_id": _("Product"), "customer_id": _("Owner"), "sale_date": _("Bought on"),
        "delivery_date": _("Delivered on"), "installation_date": _("Installed on"),
        "warranty_end": _("Warranty until"), "site_address": _("Place"), "purchase_proof": _("Proof of purchase"),
    }  # fmt: skip
