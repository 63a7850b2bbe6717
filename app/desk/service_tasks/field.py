"""Service tasks of field service and supervision."""

from app.desk.service_tasks.shapes import ServiceTask
from app.desk.service_tasks.shapes import names_of as _names
from app.desk.service_tasks.shapes import value_of as _value

FIELD_TASKS: tuple[ServiceTask, ...] = (
    ServiceTask(
        "desk.candidates",
        _names("找可派人员", "Find who can go"),
        _names("在岗、有余力、懂该产品线的人，供派工评分", "Present, with room and skill; for the table of points"),
        "users",
        inputs=(
            _value("role", "角色", "Role", required=True),
            _value("product_line", "产品线", "Product line"),
            _value("priority", "优先级", "Priority"),
            _value("asset_id", "设备编号", "Asset id"),
            _value("planned_on", "计划日期", "Planned date"),
        ),
        outputs=(_value("candidates", "可派人员", "Candidates"),),
    ),
    ServiceTask(
        "desk.compliance_findings",
        _names("检查服务记录", "Check service records"),
        _names("没有记录的派单、没写收费的记录、别处提出的扣款", "Orders without record, records without fee"),
        "search",
        outputs=(_value("findings", "检查结果", "Findings"),),
    ),
    ServiceTask(
        "desk.penalty_decision",
        _names("决定扣款", "Decide a penalty"),
        _names("确认或免除一条扣款", "Confirms or waives a penalty"),
        "yuan",
        inputs=(
            _value("penalty_id", "扣款记录号", "Penalty id", required=True),
            _value("decision", "决定", "Decision", required=True),
            _value("reason", "理由", "Reason"),
        ),
    ),
    ServiceTask(
        "desk.performance",
        _names("是否计入业绩", "Count as performance"),
        _names("处理记录写明客户是否付款才计入业绩", "A handling record counts when it says whether the customer paid"),
        "chart",
        inputs=(_value("document_no", "处理记录号", "Record number", required=True),),
        outputs=(_value("counts", "计入业绩", "Counts"),),
    ),
)  # fmt: skip
