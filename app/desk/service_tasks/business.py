"""Service tasks of contracts, maintenance, opportunities and statistics."""

from app.desk.service_tasks.shapes import CUSTOMER, SERIAL, ServiceTask
from app.desk.service_tasks.shapes import names_of as _names
from app.desk.service_tasks.shapes import value_of as _value

BUSINESS_TASKS: tuple[ServiceTask, ...] = (
    ServiceTask(
        "desk.contracts",
        _names("服务合同", "Service contract"),
        _names("查到期、起草、生效、终止", "What ends soon; drafts, puts into force, ends"),
        "doc",
        headers=(
            _value(
                "action", "动作", "Action",
                "ending", "customer", "draft", "state", "activate", "terminate", required=True,
            ),
        ),
        inputs=(
            _value("contract_no", "合同编号", "Contract number"),
            CUSTOMER,
            _value("terms", "条款", "Terms"),
            _value("state", "状态", "State"),
            _value("on", "日期", "Day"),
            _value("reason", "原因", "Reason"),
        ),
        outputs=(
            _value("endings", "将到期的", "What ends"),
            CUSTOMER,
            _value("customer_name", "客户名称", "Customer's name"),
            _value("contract_no", "合同编号", "Contract number"),
            _value("problem", "问题", "Problem"),
            _value("plans", "维护计划", "Maintenance plans"),
            _value("warn_at", "提醒时间", "When to warn"),
            _value("end_at", "到期时间", "When it ends"),
            _value("refund", "退款", "Refund"),
        ),
    ),
    ServiceTask(
        "desk.maintenance",
        _names("维护计划", "Maintenance plans"),
        _names("查到期，记请求、跳过和完成", "What is due; requests, skips and visits made"),
        "gear",
        headers=(
            _value(
                "action", "动作", "Action",
                "look", "close", "request", "skip", "replan", "done", "coverage", required=True,
            ),
        ),
        inputs=(
            SERIAL,
            _value("plans", "维护计划", "Maintenance plans"),
            _value("reason", "原因", "Reason"),
            _value("order_no", "派单号", "Order number"),
            CUSTOMER,
        ),
        outputs=(
            _value("plans", "维护计划", "Maintenance plans"),
            _value("visits_left", "剩余次数", "Visits left"),
            _value("contract_no", "合同编号", "Contract number"),
        ),
    ),
    ServiceTask(
        "desk.business_event",
        _names("业务事件", "Business event"),
        _names("记录事件，取它的规则", "Notes an event and finds its rule"),
        "star",
        headers=(_value("action", "动作", "Action", "observe", "note", required=True),),
        inputs=(
            _value("event_id", "事件编号", "Event id", required=True),
            _value("source_event", "事件种类", "Kind of event"),
            CUSTOMER,
            _value("amount", "金额", "Amount"),
            _value("result", "结果", "Result"),
        ),
        outputs=(_value("rule", "规则", "Rule"), _value("known", "已处理过", "Seen before"), CUSTOMER),
    ),
    ServiceTask(
        "desk.event_rules",
        _names("事件触发规则", "Event rules"),
        _names("列出、逐级启用、记是否有用", "Lists them, moves them up, counts their use"),
        "chart",
        headers=(_value("action", "动作", "Action", "list", "write", "count", required=True),),
        inputs=(
            _value("rules", "规则", "Rules"),
            _value("rule_id", "规则", "Rule"),
            _value("useful", "是否有用", "Useful", truth=True),
        ),
        outputs=(_value("rules", "规则", "Rules"),),
    ),
    ServiceTask(
        "desk.opportunity",
        _names("销售机会", "Opportunity"),
        _names("插入、分配、转交、登记答复", "Inserts, allocates, hands over, keeps the answer"),
        "star",
        headers=(_value("action", "动作", "Action", "insert", "allocate", "assign", "change", required=True),),
        inputs=(
            _value("event_id", "事件编号", "Event id"),
            CUSTOMER,
            _value("rule_id", "规则", "Rule"),
            _value("opportunity_no", "机会编号", "Opportunity number"),
            _value("role", "角色", "Role"),
            _value("owner", "负责人", "Owner"),
            _value("state", "状态", "State"),
            _value("probability", "成功概率", "Probability"),
            _value("valid_until", "有效期至", "Valid until"),
            _value("method", "销售方式", "Method"),
            _value("reason", "原因", "Reason"),
        ),
        outputs=(
            _value("opportunity", "销售机会", "Opportunity"),
            _value("joined", "并入已有机会", "Joined an open one"),
            _value("owner", "负责人", "Owner"),
        ),
    ),
    ServiceTask(
        "desk.outlet_day",
        _names("网点当日数据", "Day of an outlet"),
        _names("当日接收、修复、用料和收款，逐件列出", "What came in, was repaired, used and paid today"),
        "chart",
        inputs=(_value("site", "机构代码", "Unit code"),),
        outputs=(_value("outlets", "网点", "Outlets"), _value("figures", "当日数据", "Figures")),
    ),
    ServiceTask(
        "desk.collections",
        _names("上周收款和费用", "Last week's money"),
        _names("各网点的收款、开票、未答复报价和费用", "Collected, invoiced and spent by outlet"),
        "yuan",
        outputs=(
            _value("week", "周", "Week"),
            _value("collected", "收款", "Collected"),
            _value("expenses", "费用", "Expenses"),
        ),
    ),
    ServiceTask(
        "desk.callback_sample",
        _names("抽取回访样本", "Draw the call-back sample"),
        _names("十分之一、至少三件，大额和返修必抽", "A tenth, three at least, dear ones and repeats always"),
        "search",
        inputs=(
            _value("lines", "维修数据", "Repairs", required=True),
            _value("seed", "随机种子", "Seed", required=True),
        ),
        outputs=(_value("calls", "抽中的", "Calls"), _value("spares", "备选", "Spares")),
    ),
    ServiceTask(
        "desk.repair_figures",
        _names("维修统计", "Repair statistics"),
        _names("一个月中核实过的维修数据", "A month's repairs, from verified data only"),
        "chart",
        inputs=(_value("period", "月份", "Month", required=True),),
        outputs=(_value("figures", "统计", "Figures"),),
    ),
    ServiceTask(
        "desk.complaint_indicators",
        _names("投诉指标", "Complaint indicators"),
        _names("月、季、年的八项指标和正常值", "The eight indicators with their normal ranges"),
        "chart",
        inputs=(_value("kind", "月、季或年", "Month, quarter or year"), _value("period", "首月", "First month")),
        outputs=(
            _value("period", "首月", "First month"),
            _value("base", "投诉件数", "Complaints"),
            _value("indicators", "指标", "Indicators"),
        ),
    ),
    ServiceTask(
        "desk.tracking_selection",
        _names("抽取跟踪客户", "Choose customers to track"),
        _names("近期服务过、半年内没有回访过的", "Served lately and not asked for half a year"),
        "users",
        outputs=(_value("customers", "客户", "Customers"),),
    ),
)  # fmt: skip
