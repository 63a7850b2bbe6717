"""Service tasks of parts, devices on the shelf, the factory and settlement."""

from app.desk.service_tasks.shapes import ServiceTask
from app.desk.service_tasks.shapes import names_of as _names
from app.desk.service_tasks.shapes import value_of as _value

COMPANY = _value("company", "公司", "Company")

PARTS_TASKS: tuple[ServiceTask, ...] = (
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
        outputs=(
            _value("headquarters", "总部仓库", "Headquarters"),
            _value("factory", "维修工厂", "Repair factory"),
            COMPANY,
        ),
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
)  # fmt: skip
