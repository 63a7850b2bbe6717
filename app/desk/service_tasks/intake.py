"""Service tasks of intake, escalation, complaint, tracking and visits."""

from app.desk.service_tasks.shapes import CUSTOMER, SERIAL, ServiceTask
from app.desk.service_tasks.shapes import names_of as _names
from app.desk.service_tasks.shapes import value_of as _value

TELEPHONE = _value("phone", "电话", "Telephone number")
NAME = _value("name", "姓名", "Name")
PERSON = _value("person", "由哪个任务的办理人负责", "Task whose doer becomes responsible")
FACTS = _value("facts", "事实", "Facts")
NOTE = _value("note", "备注", "Note")

INTAKE_TASKS: tuple[ServiceTask, ...] = (
    ServiceTask(
        "desk.lookup",
        _names("查客户和设备", "Look up customer and device"),
        _names("先按序列号，再按电话、姓名找", "By serial number first, then by telephone number or name"),
        "search",
        inputs=(SERIAL, TELEPHONE, NAME),
        outputs=(_value("matches", "找到的客户和设备", "Matches"),),
    ),
    ServiceTask(
        "desk.facts",
        _names("取事实", "Gather facts"),
        _names("保修、合同、返修等，每项带出处和日期", "Warranty, contract, repeats …, each with source and date"),
        "info",
        headers=(_value("figures", "统计同类案件", "Count cases alike", "true", "false"),),
        inputs=(
            SERIAL,
            _value("imei", "IMEI", "IMEI"),
            _value("asset_id", "设备编号", "Device id"),
            CUSTOMER,
            _value("fault_code", "故障代码", "Fault code"),
            _value("received_on", "接收日期", "Received on"),
            _value("model", "型号", "Model"),
            _value("sale_date", "购机日期", "Sold on"),
            _value("duplicate_customers", "疑似重复的客户", "Customers that may be doubles"),
        ),
        outputs=(FACTS,),
    ),
    ServiceTask(
        "desk.customer_register",
        _names("登记客户", "Register customer"),
        _names("电话和姓名相同的客户只登记一次", "Somebody of the same telephone number and name is known already"),
        "user",
        inputs=(
            NAME,
            _value("kind", "个人或单位", "Person or company"),
            TELEPHONE,
            _value("address", "地址", "Address"),
            _value("contact_name", "联系人", "Contact"),
            _value("anonymous", "不愿留名", "Anonymous"),
        ),
        outputs=(CUSTOMER, _value("contact_id", "联系人编号", "Contact id"), FACTS),
    ),
    ServiceTask(
        "desk.contact_register",
        _names("登记联系人", "Register contact"),
        _names("给客户加一位联系人", "Adds a contact to a customer"),
        "user",
        inputs=(
            _value("customer_id", "客户编号", "Customer id", required=True),
            NAME,
            TELEPHONE,
            _value("email", "邮箱", "Mail address"),
            _value("preferred_channel", "联系方式偏好", "Preferred channel"),
        ),
        outputs=(_value("contact_id", "联系人编号", "Contact id"),),
    ),
    ServiceTask(
        "desk.case",
        _names("改案件信息", "Change the case"),
        _names("改案件头的字段，备注写进经过", "Sets fields of the case header; the note goes on its timeline"),
        "case",
        headers=(PERSON, _value("kind", "备注的种类", "Kind of the note")),
        inputs=(
            _value("changes", "改成什么", "Changes", required=True),
            NOTE,
            _value("data", "备注附带的数据", "Data of the note"),
        ),
        outputs=(_value("first_responder", "首问责任人", "First responder"),),
    ),
    ServiceTask(
        "desk.case_note",
        _names("记到另一案件", "Note on another case"),
        _names("在指定案件的经过里记一条，可并案", "An entry on the timeline of a given case; may merge into it"),
        "note",
        headers=(
            _value(
                "kind", "种类", "Kind",
                "repeated_request", "repeated_complaint", "decision", "instruction", "outcome", required=True,
            ),
            _value("message", "同时发出的消息", "Message to publish as well"),
            _value("merge", "并入该案件", "Merge into that case", "true", "false"),
        ),
        inputs=(
            _value("case_no", "案件号", "Case number", required=True),
            _value("text", "内容", "Text", required=True),
            _value("contact_id", "联系人编号", "Contact id"),
            _value("data", "附带的数据", "Data"),
        ),
    ),
    ServiceTask(
        "desk.responsibility_link",
        _names("责任链", "Responsibility link"),
        _names("升级、受理、退回、转办、了结", "Opens, accepts, returns, transfers or closes a link of the chain"),
        "link",
        headers=(
            _value("action", "动作", "Action", "open", "accept", "return", "transfer", "close", required=True),
            PERSON,
        ),
        inputs=(
            _value("kind", "种类", "Kind"),
            _value("layer", "层级", "Layer"),
            _value("area", "区域级别", "Area"),
            _value("role", "角色", "Role"),
            _value("answers_to", "向谁负责", "Answers to"),
            _value("reason", "原因", "Reason"),
            NOTE,
            _value("seq", "第几环", "Number of the link"),
            _value("handler", "办理人", "Handler"),
            _value("result", "结果", "Result"),
            _value("unit", "机构", "Unit"),
        ),
        outputs=(
            _value("link_seq", "第几环", "Number of the link"),
            _value("unit", "机构", "Unit"),
            _value("handler", "办理人", "Handler"),
        ),
    ),
    ServiceTask(
        "desk.new_need",
        _names("登记新需求", "Pass on a need"),
        _names("按去向给各部门一条，并发通知", "One for each department of the routes, with a notice"),
        "star",
        headers=(_value("message", "发出的消息", "Message", required=True),),
        inputs=(
            _value("source_process", "来自哪个流程", "Process it comes from", required=True),
            _value("kind", "种类", "Kind", required=True),
            _value("text", "内容", "Text", required=True),
            _value("routes", "去向", "Routes", required=True),
        ),
    ),
    ServiceTask(
        "desk.penalty_proposal",
        _names("提出考核", "Propose a penalty"),
        _names("记一条待批的考核，案件上做标记", "A proposed penalty record, and a flag on the case"),
        "yuan",
        headers=(
            _value("flag", "案件标记", "Flag of the case"),
            _value("status", "状态", "Status", "proposed", "in_review"),
        ),
        inputs=(
            _value("rule_id", "规则", "Rule", required=True),
            _value("amount", "金额", "Amount", required=True),
            _value("debtor_role", "承担的角色", "Role that owes it", required=True),
            _value("responsible", "责任人", "Responsible person"),
            _value("case_no", "案件号", "Case number"),
            _value("document_no", "单据号", "Document number"),
        ),
        outputs=(_value("penalty", "扣款记录", "Penalty record"),),
    ),
    ServiceTask(
        "desk.task_log",
        _names("记工作日志", "Write the task log"),
        _names("不经任务记一条，每日检查会看到", "An entry without a task; the daily check reads it"),
        "history",
        headers=(_value("kind", "种类", "Kind", required=True),),
        inputs=(_value("step", "步骤", "Step", required=True), NOTE),
    ),
)  # fmt: skip
