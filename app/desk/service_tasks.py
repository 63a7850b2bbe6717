"""What each service task of the desk is called, needs and gives: the contract of docs/reference as data.

The studio makes its menus and fields from this list. A test holds it against the registered handlers and the tables
of `docs/reference/service-tasks*.md`, so that a handler cannot be added without being described.
"""

from app.desk.care_tasks import CARE_TASKS
from app.desk.task_shapes import ServiceTask
from app.desk.task_shapes import names_of as _names
from app.desk.task_shapes import value_of as _value

SERIAL = _value("serial_no", "序列号", "Serial number")
CUSTOMER = _value("customer_id", "客户编号", "Customer id")
TELEPHONE = _value("phone", "电话", "Telephone number")
NAME = _value("name", "姓名", "Name")
PERSON = _value("person", "由哪个任务的办理人负责", "Task whose doer becomes responsible")
FACTS = _value("facts", "事实", "Facts")
NOTE = _value("note", "备注", "Note")

SERVICE_TASKS: tuple[ServiceTask, ...] = (
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
    ServiceTask(
        "desk.task_log",
        _names("记工作日志", "Write the task log"),
        _names("不经任务记一条，每日检查会看到", "An entry without a task; the daily check reads it"),
        "history",
        headers=(_value("kind", "种类", "Kind", required=True),),
        inputs=(_value("step", "步骤", "Step", required=True), NOTE),
    ),
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
        "desk.document",
        _names("写单据", "Write a document"),
        _names("送修单、报价单、派单、处理记录、发票等", "Repair slip, quotation, dispatch order, invoice …"),
        "doc",
        headers=(
            _value(
                "kind", "种类", "Kind",
                "repair_slip", "quotation", "repair_list", "invoice", "receipt", "credit_note", "batch_slip",
                "return_number", "hand_over_sheet", "repair_report", "material_report", "stock_report", "parts_order",
                "parts_requisition", "parts_receipt", "parts_shipment", "vendor_claim", "issue_slip", "stock_in_slip",
                "swap_record", "swap_summary", "bad_unit_list", "packing_list", "settlement_quote",
                "settlement_summary", "improvement_plan", "dispatch_order", "handling_record", "service_document",
                "service_evaluation", "exchange_request", "payment_voucher", "parts_labour_list",
                "service_statement", "internal_settlement", "advance_exchange", "rma_request",
                "transmission_request", "system_quote", "system_repair_report", "repaired_parts", "dispatch_note",
                "installation_request", "installation_acceptance", "reminder", "care_record", "training_record",
                required=True,
            ),
            _value("state", "状态", "State", required=True),
            _value("case_status", "案件状态", "Status of the case"),
        ),
        inputs=(
            _value("document_no", "单据号", "Document number"),
            _value("content", "内容", "Content", required=True),
            _value("changes", "案件信息的改动", "Changes of the case"),
        ),
        outputs=(_value("document_no", "单据号", "Document number"),),
    ),
    ServiceTask(
        "desk.price",
        _names("计价", "Price"),
        _names("按价目表给每行定价，算合计", "Prices every line from the price list and adds them up"),
        "yuan",
        inputs=(
            _value("lines", "明细", "Lines", required=True),
            _value("basis", "收费依据", "Charge basis", required=True),
            _value("agreed", "已谈定的价格", "Agreed prices"),
        ),
        outputs=(_value("priced", "计价结果", "Priced lines"),),
    ),
    ServiceTask(
        "desk.cost",
        _names("核算成本", "Work out cost"),
        _names("备件按成本价合计", "Parts at what they cost the company"),
        "yuan",
        inputs=(_value("parts", "备件", "Parts", required=True),),
        outputs=(_value("cost", "成本", "Cost"),),
    ),
    ServiceTask(
        "desk.service_statements",
        _names("汇总服务记录", "Collect services per customer"),
        _names("期间内已完成、未列入的服务，逐个客户", "Services of a period not on a statement yet, by customer"),
        "doc",
        inputs=(CUSTOMER, _value("period", "月份", "Month")),
        outputs=(_value("period", "月份", "Month"), _value("statements", "客户服务记录", "Statements")),
    ),
    ServiceTask(
        "desk.stock",
        _names("动库存", "Book stock"),
        _names("备件领用、预留、发运、接收、盘点，笔笔有因", "Parts used, sent, received, counted, with the cause"),
        "gear",
        headers=(
            _value(
                "action", "动作", "Action",
                "use", "reserve", "ship", "receive", "deliver", "lose", "count", "old_in", "old_out", required=True,
            ),
        ),
        inputs=(
            _value("site", "机构代码", "Unit code", required=True),
            _value("to", "发往的机构", "Unit it goes to"),
            _value("parts", "备件", "Parts", required=True),
        ),
        outputs=(
            _value("reserved", "是否已预留", "Reserved"),
            _value("shipped", "已发出", "Sent"),
            _value("short", "不足", "Short"),
            _value("received", "已入库", "Received"),
            _value("differences", "盘点差异", "Differences of the count"),
        ),
    ),
    ServiceTask(
        "desk.stock_levels",
        _names("查库存", "Look up stock"),
        _names("各机构备件的在手、在途和预留", "What lies, comes and is reserved at each site"),
        "gear",
        inputs=(
            _value("site", "机构代码", "Unit code"),
            _value("code", "备件号", "Part number"),
            _value("below_safety", "只列低于安全库存的", "Below safety stock only"),
        ),
        outputs=(
            _value("stock", "库存", "Stock"),
            _value("headquarters", "总部仓库", "Headquarters"),
            _value("outlets", "网点", "Outlets"),
        ),
    ),
    ServiceTask(
        "desk.places",
        _names("查仓库和工厂", "Look up warehouse and factory"),
        _names("总部仓库和维修工厂的机构代码", "Unit codes of the central warehouse and the repair factory"),
        "search",
        outputs=(_value("headquarters", "总部仓库", "Headquarters"), _value("factory", "维修工厂", "Repair factory")),
    ),
    ServiceTask(
        "desk.documents",
        _names("汇集单据", "Gather documents"),
        _names("按种类和状态找出各案件的单据，或改其状态", "Finds papers of any case by kind and state, or marks them"),
        "doc",
        headers=(
            _value("action", "动作", "Action", "find", "mark", required=True),
            _value("kind", "种类", "Kind", required=True),
            _value("state", "状态", "State", required=True),
        ),
        inputs=(_value("numbers", "单据号", "Document numbers"),),
        outputs=(_value("documents", "单据", "Documents"),),
    ),
    ServiceTask(
        "desk.settlement_lines",
        _names("汇集结算明细", "Gather settlement lines"),
        _names("对用户免费、尚未与供应商结算的维修", "Repairs free for the user that the vendor has not settled"),
        "yuan",
        inputs=(_value("site", "机构代码", "Unit code"), _value("brand", "品牌", "Brand")),
        outputs=(_value("lines", "明细", "Lines"), _value("sites", "有明细的机构", "Units with lines")),
    ),
    ServiceTask(
        "desk.stuck_list",
        _names("汇集滞留事项", "Gather what is stuck"),
        _names("超期任务、停滞案件、无人负责、资料不全", "Overdue tasks, idle cases, nobody accountable, data missing"),
        "late",
        inputs=(_value("unit", "机构代码", "Unit code"), _value("processes", "流程", "Processes")),
        outputs=(_value("items", "滞留事项", "What is stuck"),),
    ),
    ServiceTask(
        "desk.unit_stock",
        _names("整机库存", "Stock of whole devices"),
        _names("查询、出库、按好坏入库", "Looks up, issues, and puts down as good or bad"),
        "gear",
        headers=(_value("action", "动作", "Action", "look", "issue", "store", required=True),),
        inputs=(
            _value("warehouse", "机构代码", "Unit code", required=True),
            _value("units", "整机", "Devices", required=True),
            _value("reason", "原因", "Cause"),
        ),
        outputs=(
            _value("units", "库存", "Stock"),
            _value("issued", "已出库的型号", "Models issued"),
            _value("short", "不足的型号", "Models that are short"),
        ),
    ),
    ServiceTask(
        "desk.replace_device",
        _names("换机登记", "Replace a device"),
        _names("新机接替旧机，保修随之转移", "A new device takes the place of the old one, warranty included"),
        "link",
        inputs=(
            _value("old_serial_no", "旧机序列号", "Old serial number"),
            _value("old_imei", "旧机 IMEI", "Old IMEI"),
            _value("new_serial_no", "新机序列号", "New serial number", required=True),
            _value("new_imei", "新机 IMEI", "New IMEI"),
            _value("least_days", "新机至少保修天数", "Least days of warranty"),
        ),
        outputs=(
            _value("replaced_by", "接替的设备", "Device in its place"),
            _value("warranty_end", "保修截止", "End of warranty"),
        ),
    ),
    *CARE_TASKS,
    ServiceTask(
        "notice.send",
        _names("发通知", "Send a notice"),
        _names("给客户、角色或某人，按模板的文字", "To the customer, a role or a person, with the template's words"),
        "send",
        headers=(_value("template", "模板", "Template", required=True),),
        inputs=(
            _value("to", "收件人", "To", required=True),
            _value("params", "填入的值", "Values to fill in", required=True),
        ),
    ),
)  # fmt: skip
