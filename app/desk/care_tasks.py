"""Service tasks of installation, reminders, care, training, upgrades, knowledge and the daily check."""

from app.desk.task_shapes import ServiceTask
from app.desk.task_shapes import names_of as _names
from app.desk.task_shapes import value_of as _value

CARE_TASKS: tuple[ServiceTask, ...] = (
    ServiceTask(
        "desk.products",
        _names("查产品要求", "Look products up"),
        _names("安装、测试和维护的要求", "What installation, tests and maintenance ask for"),
        "search",
        inputs=(_value("models", "型号", "Models", required=True),),
        outputs=(_value("products", "产品", "Products"), _value("unknown", "不在册的型号", "Unknown models")),
    ),
    ServiceTask(
        "desk.register_devices",
        _names("登记设备", "Register devices"),
        _names("核对或登记已安装的设备，定保修和维护计划", "Checks or registers what was installed, with its warranty"),
        "link",
        headers=(_value("action", "动作", "Action", "check", "register", required=True),),
        inputs=(
            _value("devices", "设备", "Devices", required=True),
            _value("customer_id", "客户编号", "Customer id"),
            _value("ownership", "设备归属", "Ownership"),
            _value("delivered_on", "到货日期", "Delivered on"),
            _value("installed_on", "安装日期", "Installed on"),
            _value("site_address", "安装地址", "Site address"),
        ),
        outputs=(_value("assets", "已登记的设备", "Devices registered"), _value("refused", "有误的序列号", "Refused")),
    ),
    ServiceTask(
        "desk.other_case",
        _names("查另一案件", "Look another case up"),
        _names("查案件现状，可把本案挂在它下面", "How a case stands; may hang the own case on it"),
        "case",
        headers=(_value("link", "挂在该案件下", "Hang the own case on it", "true", "false"),),
        inputs=(_value("case_no", "案件号", "Case number", required=True),),
        outputs=(
            _value("found", "是否找到", "Found"),
            _value("closed", "是否已结", "Closed"),
            _value("other", "案件", "The case"),
        ),
    ),
    ServiceTask(
        "desk.person",
        _names("查人员", "Look a person up"),
        _names("某人是否仍在职", "Whether somebody still works here"),
        "user",
        inputs=(_value("username", "用户名", "User name", required=True),),
        outputs=(_value("active", "是否在职", "Active"),),
    ),
    ServiceTask(
        "desk.care_occasions",
        _names("今天的关怀时机", "Occasions for care"),
        _names("周年、保修和合同到期、大客户、节日", "Anniversaries, what is about to end, key accounts"),
        "star",
        outputs=(_value("occasions", "关怀时机", "Occasions"),),
    ),
    ServiceTask(
        "desk.care_standing",
        _names("查客户状态", "How a customer stands"),
        _names("未结投诉数和上次关怀", "Open complaints, and what was said last"),
        "user",
        outputs=(
            _value("open_complaints", "未结投诉", "Open complaints"),
            _value("last_care", "上次关怀", "Last care"),
        ),
    ),
)
