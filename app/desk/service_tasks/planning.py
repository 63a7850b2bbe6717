"""Service tasks of demand, outlets and planning."""

from app.desk.service_tasks.shapes import ServiceTask
from app.desk.service_tasks.shapes import names_of as _names
from app.desk.service_tasks.shapes import value_of as _value

PLANNING_TASKS: tuple[ServiceTask, ...] = (
    ServiceTask(
        "desk.outlet_figures",
        _names("网点指标", "Figures of outlets"),
        _names("维修量、返修率、满意度、投诉、数据退回", "Repairs, returns, satisfaction, complaints, rejections"),
        "chart",
        inputs=(_value("site", "网点代码", "Outlet code"), _value("days", "最近多少天", "Of the last days")),
        outputs=(_value("figures", "指标", "Figures"),),
    ),
    ServiceTask(
        "desk.outlet_register",
        _names("登记网点", "Register an outlet"),
        _names("新网点成为机构，带安全库存", "A new outlet becomes a unit, with its safety stock"),
        "plus",
        inputs=(
            _value("code", "代码", "Code", required=True),
            _value("name", "名称", "Name", required=True),
            _value("name_en", "英文名称", "Name in English", required=True),
            _value("parent", "上级机构代码", "Code of the unit above", required=True),
            _value("level", "级别", "Level"),
            _value("like", "安全库存参照网点", "Safety stock as at outlet"),
        ),
        outputs=(_value("problem", "不能登记的原因", "Why it cannot be registered"),),
    ),
    ServiceTask(
        "desk.month_figures",
        _names("本月数字", "Figures of the month"),
        _names("收款、付款、受理、修复、备件费用", "Receipts, payments, received, repaired, parts at cost"),
        "chart",
        outputs=(_value("figures", "数字", "Figures"),),
    ),
)  # fmt: skip
