"""What the demonstration company watches and looks after: rules for events, and maintenance of its servers."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.db import next_key
from app.desk.models import Asset, EventRule, MaintenancePlan, Product, ServiceContract
from app.desk.numbers import next_number

EVENT_RULES = (
    # kind of event, threshold, state
    ("transaction", 10_000, "live"),
    ("parts_purchase", 5_000, "testing"),
    ("contract_ending", 20_000, "calibrated"),
    ("warranty_ending", -1, "live"),
    ("third_repair", 1, "draft"),
)
"""One rule in each state; a rule that counts no money is met by any event."""
EVERY = 90
SPREAD = 7
"""Days between the plans of one device and the next, so that some maintenance is due every week."""


def make_event_rules(session: t.Any) -> None:
    """Add the rules by which events become opportunities of salespeople."""
    session.add_all(
        EventRule(rule_id=kind, source_event=kind, threshold=threshold, owner_role="sales_rep", state=state)
        for kind, threshold, state in EVENT_RULES
    )


def make_maintenance_plans(session: t.Any, today: dt.date) -> int:
    """Plan the maintenance of every device that needs it, under its owner's contract; returns how many."""
    contracts = dict(
        session.execute(
            sa.select(ServiceContract.customer_id, ServiceContract.id).where(ServiceContract.status == "active")
        ).all()
    )
    query = sa.select(Asset, Product).join(Product, Product.id == Asset.product_id).where(Product.needs_maintenance)
    rows = session.execute(query.order_by(Asset.serial_no)).all()
    for number, (asset, product) in enumerate(rows):
        every = product.maintenance_interval_days or EVERY
        session.add(
            MaintenancePlan(
                id=next_key(),
                plan_no=next_number(session, "PM", today),
                asset_id=asset.id,
                interval_days=every,
                next_due=today + dt.timedelta(days=1 + number * SPREAD % every),
                checklist=list(product.maintenance_checklist),
                history=[],
                contract_id=contracts.get(asset.customer_id),
            )
        )
    return len(rows)
