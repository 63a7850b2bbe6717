"""What a person answers for, wherever the work is, and what does not move in a supervisor's area."""

from flask import render_template, request

from app import i18n
from app.desk import handover
from app.desk.pages.blueprint import cases
from app.desk.pages.listing import process_names
from app.desk.queries import responsibilities as mine_of
from app.desk.queries import stuck as stuck_list
from app.i18n import text as _
from app.people import signed_in
from app.people.units import unit_tree


@cases.get("/mine")
def mine() -> str:
    """List the open cases the person answers for, and what others want to hand over to them."""
    person, show, after = signed_in(), request.args.get("show", ""), request.args.get("after", "")
    show = show if show in mine_of.SHOWN else ""
    return render_template(
        "desk/_mine.html" if request.headers.get("HX-Request") else "desk/mine.html",
        found=mine_of.responsibilities(person, show, after),
        offers=handover.offers_to(person) if not after else [],
        show=show,
        first=not after,
        shows=[("", _("All")), ("late", _("Late")), ("waiting", _("Waiting outside"))],
        process_names=process_names(),
    )


@cases.get("/stuck")
def stuck() -> str:
    """List what is stuck, one kind at a time."""
    person, args = signed_in(), request.args
    kind = args.get("kind", stuck_list.OVERDUE)
    tree = unit_tree(person.unit_version)
    return render_template(
        "desk/stuck.html",
        found=stuck_list.stuck_page(person, kind, unit=args.get("unit", ""), after=args.get("after", "")),
        kind=kind,
        kinds=[(one, i18n.text(f"desk.stuck.{one}")) for one in stuck_list.KINDS],
        unit=args.get("unit", ""),
        first=not args.get("after"),
        unit_choices_here=[("", _("any unit")), *((node.code, node.name) for node in tree.nodes if node.active)],
        unit_names={node.code: node.name for node in tree.nodes},
        process_names=process_names(),
    )
