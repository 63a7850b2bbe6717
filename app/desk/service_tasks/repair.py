"""Service tasks of repair and finance."""

from app.desk.service_tasks.shapes import CUSTOMER, ServiceTask
from app.desk.service_tasks.shapes import names_of as _names
from app.desk.service_tasks.shapes import value_of as _value

REPAIR_TASKS: tuple[ServiceTask, ...] = (
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
                "info_sheet", "service_info", "inquiry", "lead", "survey", "demand_report", "outlet_wish",
                "feasibility_report", "plan_item", "patrol_report", "outlet_report", "budget_guideline",
                "service_planning", "forecast_report", "budget", "month_tables", "month_plan", "week_plan",
                "maintenance_request", "maintenance_checklist", "service_contract",
                "daily_check", "outlet_summary", "collection_report", "repair_data", "repair_analysis",
                "complaint_report",
                required=True,
            ),
            _value("state", "状态", "State", required=True),
            _value("case_status", "案件状态", "Status of the case"),
        ),
        inputs=(
            _value("document_no", "单据号", "Document number"),
            _value("content", "内容", "Content", required=True),
            _value("changes", "案件信息的改动", "Changes of the case"),
            _value("tell", "通知客户的模板", "Template of a notice to the customer"),
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
