"""What each service task of the desk is called, needs and gives: the contract of docs/reference as data.

The studio makes its menus and fields from this list. A test holds it against the registered handlers and the tables
of `docs/reference/service-tasks*.md`, so that a handler cannot be added without being described.
"""

from app.desk.service_tasks.business import BUSINESS_TASKS
from app.desk.service_tasks.care import CARE_TASKS
from app.desk.service_tasks.field import FIELD_TASKS
from app.desk.service_tasks.intake import INTAKE_TASKS
from app.desk.service_tasks.parts import PARTS_TASKS
from app.desk.service_tasks.planning import PLANNING_TASKS
from app.desk.service_tasks.repair import REPAIR_TASKS
from app.desk.service_tasks.shapes import ServiceTask

SERVICE_TASKS: tuple[ServiceTask, ...] = (
    *INTAKE_TASKS,
    *FIELD_TASKS,
    *REPAIR_TASKS,
    *BUSINESS_TASKS,
    *PARTS_TASKS,
    *PLANNING_TASKS,
    *CARE_TASKS,
)
