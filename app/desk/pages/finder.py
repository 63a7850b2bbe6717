"""What Ctrl K finds: devices, customers, cases, and what one does most."""

from flask import render_template, request

from app.desk import lookup, queries
from app.desk.pages.blueprint import desk
from app.people import signed_in

MOST = 6


@desk.get("/find")
def find() -> str:
    """Answer with menu items for the text typed so far."""
    person, text = signed_in(), request.args.get("q", "").strip()
    found = lookup.find(person, text)
    cases = queries.search(person, text, limit=MOST) if text else []
    return render_template(
        "desk/_finder.html", q=text, assets=found.assets[:MOST], customers=found.customers[:MOST], cases=cases
    )
