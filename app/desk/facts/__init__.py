"""What the desk knows when a decision is due: a context `facts`, each entry with its source and date.

Every member is {"value", "source", "date"}, so that a verdict can show why. The service tasks `desk.facts` and
`desk.customer_register` write it.
"""

import typing as t

from app.desk import cases, reading
from app.desk.facts import case as case_facts
from app.desk.facts import customer as customer_facts
from app.desk.facts import device as device_facts
from app.desk.models import Case, Customer
from app.engine.registry import JobContext

__all__ = ["gather"]


def gather(job: JobContext, *, customer_id: int | None = None) -> dict[str, t.Any]:
    """Return the facts for a job's inputs.

    Inputs: `customer_id`, `asset_id`, `serial_no`, `imei` (which device and whose), `fault_code` (for repairs of the
    same fault), `received_on` (the day that counts for warranty), `sale_date` and `model` (for a device not on file).
    Header `figures` = true adds what is counted over many cases.
    """
    today = reading.day(job.inputs.get("received_on")) or cases.company_day(job.now)
    case = job.session.get(Case, job.instance.case_id) if job.instance.case_id is not None else None
    asset = device_facts.find(job)
    wanted = customer_id or reading.record_id(job, "customer_id") or (asset.customer_id if asset else None)
    customer = job.session.get(Customer, wanted) if wanted is not None else None
    return {
        **device_facts.known(job, asset, today, case),
        **customer_facts.known(job.session, customer, asset, today, case),
        **case_facts.known(case, job.now),
        **(case_facts.figures(job.session, case, asset, job.now) if job.headers.get("figures") == "true" else {}),
    }
