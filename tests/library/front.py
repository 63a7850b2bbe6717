"""The front of the house without a database: a desk that knows one customer and answers the service tasks of intake."""

from collections.abc import Mapping
from typing import Any

from app.kernel import JobWait, Kernel
from tests.library.shop import CASE, Port, Shop, fact, library_process

FACTS: dict[str, Any] = {
    "key_account": False, "contract_active": False, "contract_hours": None, "non_workday": False,
    "product_line": "handset", "same_fault_7d": 0, "outlet_return_rate": 2,
    "assets": [], "open_cases": [], "recent_services": [], "contacts": [], "earlier_visits": [],
}  # fmt: skip
CASE_MORE = {"request_time": "2024-06-03T09:00:00+08:00", "resolve_due": "2024-06-12T18:00:00+08:00"}
LI_NA = {"key": "7-9", "customer_id": 7, "name": "Li Na", "phone": "0571-8899", "contact_id": 3, "asset_id": 9}


class FrontPort(Port):
    """Adds to the case what intake and complaint read of it."""

    def evaluate(self, expression: str, view: Mapping[str, Any]) -> Any:
        return super().evaluate(expression, {"case": CASE | CASE_MORE, **view})


class Front(Shop):
    """Runs the library's processes of intake, escalation, visit, complaint and tracking."""

    def __init__(self, *processes: str, known: Mapping[str, Any] | None = None) -> None:
        super().__init__("outlet_intake_repair")
        self.port: Port = FrontPort()
        self.models = {name: library_process(name) for name in processes}
        self.facts = {name: fact(value) for name, value in (FACTS | dict(known or {})).items()}
        self.matches: list[dict[str, Any]] = [LI_NA]
        self.people: list[str] = []
        """Who will be found to have done the tasks that make somebody a handler, in this order."""
        self.links: list[dict[str, Any]] = []

    def _work(self, kernel: Kernel, job: JobWait) -> dict[str, Any]:
        answer = super()._work(kernel, job)
        seen = self.jobs[-1][2]
        if job.type == "desk.lookup":
            return {"matches": self.matches}
        if job.type == "desk.case" and "person" in job.headers:
            return {"first_responder": "agent"}
        if job.type == "desk.responsibility_link":
            return self._link(seen, job.headers)
        if job.type == "desk.customer_register":
            return {"customer_id": 8, "contact_id": 4, "facts": self.facts}
        return answer

    def _link(self, seen: dict[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        if headers["action"] == "open":
            link = {"answers_to": seen["answers_to"], "layer": seen["layer"], "area": seen["area"], "handler": None}
            self.links.append(link)
            return {"link_seq": len(self.links), "unit": f"{seen['area']}-1"}
        if headers["action"] in {"accept", "transfer"}:
            handler = seen.get("handler") or self.people.pop(0)
            if self.links:
                self.links[-1]["handler"] = handler
            return {"handler": handler}
        return {}

    def assignee(self, element: str) -> str | None:
        return self._task(element)[1].assignee

    def is_open(self, element: str) -> bool:
        return any(element in self.open(number) for number in self.kernels)

    def ends(self, process: str) -> list[str]:
        """The ends reached in the newest instance of a process."""
        return [name for name in self.path(process) if name.startswith("end_")]

    def notices(self) -> list[str]:
        """The templates of the notices sent, in order."""
        return [headers["template"] for kind, _, _, headers in self.jobs if kind == "notice.send"]
