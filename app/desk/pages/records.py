"""Lists behind the desk: parts with their stock, the price list, contracts."""

import typing as t

import sqlalchemy as sa
from flask import render_template, request
from sqlalchemy.orm import joinedload

from app.db import db
from app.desk.models import Customer, PartStock, PriceListEntry, ServiceContract, SparePart
from app.desk.pages import words
from app.desk.pages.blueprint import desk
from app.people import signed_in
from app.people.person import Person
from app.people.units import unit_tree

PAGE = 100


@desk.get("/parts")
def parts() -> str:
    """List parts with their stock at one site, or the sum of all sites one may see."""
    person = signed_in()
    text, site, after = request.args.get("q", ""), request.args.get("site", ""), request.args.get("after", "")
    query = sa.select(SparePart).order_by(SparePart.part_no).limit(PAGE + 1)
    if text:
        query = query.where(_contains(text, SparePart.part_no, SparePart.name, SparePart.name_en))
    rows = list(db.session.scalars(query.where(SparePart.part_no > after) if after else query))
    stock = _stock([part.id for part in rows[:PAGE]], site)
    names = {node.code: node.name for node in unit_tree(person.unit_version).nodes}
    return render_template(
        "desk/parts.html",
        rows=rows[:PAGE],
        stock=stock,
        q=text,
        site=site,
        sites=_sites(person, names),
        names=names,
        after=rows[PAGE - 1].part_no if len(rows) > PAGE else None,
        words=words,
        word=words.word,
    )


@desk.get("/prices")
def prices() -> str:
    """Show the price list with the time each price is in force."""
    text, after = request.args.get("q", ""), request.args.get("after", 0, type=int)
    query = sa.select(PriceListEntry).order_by(PriceListEntry.kind, PriceListEntry.code, PriceListEntry.valid_from)
    if text:
        query = query.where(_contains(text, PriceListEntry.code, PriceListEntry.name, PriceListEntry.name_en))
    rows = list(db.session.scalars(query.offset(after).limit(PAGE + 1)))
    return render_template(
        "desk/prices.html",
        rows=rows[:PAGE],
        q=text,
        after=after + PAGE if len(rows) > PAGE else None,
        words=words,
        word=words.word,
    )


@desk.get("/contracts")
def contracts() -> str:
    """List contracts, those in force first."""
    text, after = request.args.get("q", ""), request.args.get("after", 0, type=int)
    owner = sa.select(Customer.id).where(_contains(text, Customer.name, Customer.name_en))
    query = sa.select(ServiceContract, Customer).join(Customer, Customer.id == ServiceContract.customer_id)
    if text:
        matching = sa.or_(ServiceContract.contract_no.ilike(f"%{text}%"), ServiceContract.customer_id.in_(owner))
        query = query.where(matching)
    ordered = query.order_by(ServiceContract.status, ServiceContract.end.desc(), ServiceContract.id)
    rows = db.session.execute(ordered.offset(after).limit(PAGE + 1)).all()
    return render_template(
        "desk/contracts.html",
        rows=rows[:PAGE],
        q=text,
        after=after + PAGE if len(rows) > PAGE else None,
        words=words,
        word=words.word,
    )


def _contains(text: str, *columns: t.Any) -> sa.ColumnElement[bool]:
    escaped = text.strip().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return sa.or_(*(column.ilike(f"%{escaped}%", escape="\\") for column in columns))


def _stock(part_ids: list[int], site: str) -> dict[int, list[PartStock]]:
    """Return each part's stock, by site."""
    query = sa.select(PartStock).where(PartStock.part_id.in_(part_ids)).options(joinedload(PartStock.part))
    found: dict[int, list[PartStock]] = {}
    for row in db.session.scalars((query.where(PartStock.site == site) if site else query).order_by(PartStock.site)):
        found.setdefault(row.part_id, []).append(row)
    return found


def _sites(person: Person, names: dict[str, str]) -> list[tuple[str, str]]:
    """Return the sites with stock, the person's own first."""
    own = {held.unit for held in person.memberships if held.unit}
    sites = db.session.scalars(sa.select(PartStock.site).distinct()).all()
    return [(site, names.get(site, site)) for site in sorted(sites, key=lambda site: (site not in own, site))]
