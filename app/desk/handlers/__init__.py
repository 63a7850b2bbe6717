"""The job handlers of the desk: everything a diagram may ask of customers, devices, papers, stock and cases.

Each runs in the transaction that completes its job. What a service task gives and gets is written down in
`docs/reference/service-tasks.md`; decisions are made by decision tables, never here.
"""

from flask import Flask

from app.desk.handlers import (
    candidates,
    care,
    case,
    compliance,
    contracts,
    costing,
    customers,
    documents,
    events,
    facts,
    maintenance,
    needs,
    notes,
    notices,
    opportunities,
    other_case,
    outlets,
    papers,
    persons,
    places,
    planning,
    pricing,
    products,
    registration,
    replacement,
    responsibility,
    settlement,
    statements,
    stock,
    stock_levels,
    stuck,
    units,
)
from app.engine.registry import Handler, register_handler

HANDLERS: dict[str, Handler] = {
    "desk.business_event": events.note,
    "desk.candidates": candidates.gather,
    "desk.care_occasions": care.occasions,
    "desk.care_standing": care.standing,
    "desk.case": case.change,
    "desk.case_note": notes.write,
    "desk.compliance_findings": compliance.collect,
    "desk.contact_register": customers.register_contact,
    "desk.contracts": contracts.change,
    "desk.cost": costing.price,
    "desk.customer_register": customers.register_customer,
    "desk.document": documents.register,
    "desk.documents": papers.book,
    "desk.event_rules": events.change_rules,
    "desk.facts": facts.write,
    "desk.lookup": customers.look_up,
    "desk.maintenance": maintenance.book,
    "desk.month_figures": planning.gather,
    "desk.new_need": needs.pass_on,
    "desk.opportunity": opportunities.change,
    "desk.other_case": other_case.look_up,
    "desk.outlet_figures": outlets.figures,
    "desk.outlet_register": outlets.register,
    "desk.penalty_decision": compliance.decide,
    "desk.penalty_proposal": needs.propose_penalty,
    "desk.performance": compliance.exclude,
    "desk.person": persons.look_up,
    "desk.places": places.write,
    "desk.price": pricing.price,
    "desk.products": products.look_up,
    "desk.register_devices": registration.register,
    "desk.replace_device": replacement.replace,
    "desk.responsibility_link": responsibility.change,
    "desk.service_statements": statements.collect,
    "desk.settlement_lines": settlement.gather,
    "desk.stock": stock.book,
    "desk.stock_levels": stock_levels.write,
    "desk.stuck_list": stuck.gather,
    "desk.task_log": notes.log,
    "desk.unit_stock": units.book,
    "notice.send": notices.send,
}


def register(app: Flask) -> None:
    """Let the engine do these jobs."""
    for job_type, handler in HANDLERS.items():
        register_handler(app, job_type, handler)
