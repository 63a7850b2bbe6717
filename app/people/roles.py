"""The roles of the process catalogue, section 1.3: id, English, Chinese, kind.

`kind`: I is an internal lane with a task list, X an outside party, D given to somebody per case.
"""

import sqlalchemy as sa

from app.db import db, transaction
from app.people.models import Role

CATALOGUE = (
    ("customer", "Customer", "客户", "X"),
    ("sender", "Party handing in a unit", "送修人", "X"),
    ("vendor_motorola", "Motorola", "摩托罗拉", "X"),
    ("first_responder", "First responder", "首问责任人", "D"),
    ("level_handler", "First handler at a lower level", "首位承办人", "D"),
    ("service_director", "Service director", "服务总监", "I"),
    ("engineering_manager", "Engineering manager", "工程部经理", "I"),
    ("server_product_manager", "Server product manager", "服务器产品部经理", "I"),
    ("desktop_product_manager", "Desktop product manager", "台式机产品部经理", "I"),
    ("notebook_product_manager", "Notebook product manager", "笔记本产品部经理", "I"),
    ("call_center_manager", "Call-centre manager", "呼叫中心经理", "I"),
    ("call_agent", "Call-centre agent", "座席人员", "I"),
    ("field_engineer", "Field engineer", "现场服务人员", "I"),
    ("service_staff", "Service person", "服务人员", "I"),
    ("service_assistant", "Service assistant", "协助人", "I"),
    ("dispatcher", "Dispatcher", "派单人", "I"),
    ("service_supervisor", "Service supervisor", "服务主管", "I"),
    ("return_visitor", "Return-visit clerk", "回访人员", "I"),
    ("service_manager", "Field-service manager", "服务经理", "I"),
    ("support_technician", "Online technician", "在线技术人员", "I"),
    ("depot_technician", "Repair-centre technician", "维修中心技术人员", "I"),
    ("response_agent", "Response-centre agent", "响应中心人员", "I"),
    ("processing_agent", "Processing-centre agent", "处理中心人员", "I"),
    ("resource_agent", "Resource-centre agent", "资源中心人员", "I"),
    ("supervision_agent", "Supervision-centre agent", "监督中心人员", "I"),
    ("province_service_manager", "Province service manager", "省区服务经理", "I"),
    ("region_service_manager", "Region service manager", "大区服务经理", "I"),
    ("key_account_manager", "Key-account manager", "大客户经理", "I"),
    ("group_service_manager", "Group service management", "集团服务管理部", "I"),
    ("group_quality_manager", "Group quality assurance", "集团质量保证部", "I"),
    ("ccs_general_manager", "General manager, customer service centre", "客户服务中心总经理", "I"),
    ("vp_terminal_sales", "Vice president, terminal sales", "终端销售副总裁", "I"),
    ("other_vp", "Other vice presidents", "相关副总裁", "I"),
    ("department_gm", "Department general manager", "部门总经理", "I"),
    ("department_staff", "Department staff", "部门人员", "I"),
    ("department_complaint_handler", "Department complaint handler", "部门投诉处理人员", "I"),
    ("complaint_manager", "Complaint manager", "投诉经理", "I"),
    ("complaint_receptionist", "Complaint receptionist", "投诉接待员", "I"),
    ("complaint_specialist", "Complaint specialist", "投诉处理专员", "I"),
    ("complaint_followup_clerk", "Complaint follow-up clerk", "投诉反馈员", "I"),
    ("service_monitor", "Service monitor", "服务监督员", "I"),
    ("customer_service_manager", "Customer service manager", "客户服务经理", "I"),
    ("service_representative", "Customer service representative", "客户服务代表", "I"),
    ("information_officer", "Information officer", "信息员", "I"),
    ("statistics_analyst", "Statistics analyst", "统计分析员", "I"),
    ("settlement_clerk", "Settlement clerk", "统计员", "I"),
    ("data_callback_clerk", "Data call-back clerk", "数据回访员", "I"),
    ("repair_manager", "Repair manager", "维修经理", "I"),
    ("repair_supervisor", "Repair supervisor", "维修主管", "I"),
    ("repair_receptionist", "Repair receptionist", "维修接待员", "I"),
    ("repair_analyst", "Repair analyst", "维修分析员", "I"),
    ("repair_section_chief", "Repair section chief", "维修工段长", "I"),
    ("chief_engineer", "Chief engineer", "主任工程师", "I"),
    ("repair_worker", "Repair worker", "维修工", "I"),
    ("solder_worker", "Re-solder worker", "补焊工", "I"),
    ("inspector", "Inspector", "检测员", "I"),
    ("bad_unit_handler", "Bad-unit handler", "坏机处理员", "I"),
    ("outlet_supervisor", "Outlet supervisor", "网点主管", "I"),
    ("material_dispatcher", "Material dispatcher", "总部物资调配员", "I"),
    ("warehouse_keeper", "Warehouse keeper", "仓库管理员", "I"),
    ("system_repair_handler", "System repair handler", "系统维修处理员", "I"),
    ("system_salesperson", "System salesperson", "系统销售员", "I"),
    ("network_engineer", "Network engineer", "网络工程师", "I"),
    ("transmission_repair_analyst", "Transmission repair analyst", "传输设备维修分析员", "I"),
    ("packer", "Packer", "装箱员", "I"),
    ("outlet_planner", "Outlet planner", "网点规划人员", "I"),
    ("outlet_patroller", "Outlet patroller", "网点巡视员", "I"),
    ("regional_salesperson", "Regional salesperson", "区域销售人员", "I"),
    ("finance_clerk", "Finance clerk", "财务人员", "I"),
    ("audit_accountant", "Audit accountant", "稽核会计", "I"),
    ("sales_rep", "Salesperson", "销售人员", "I"),
    ("sales_manager", "Sales manager", "销售经理", "I"),
    ("marketing_staff", "Marketing staff", "营销人员", "I"),
    ("marketing_manager", "Marketing manager", "营销经理", "I"),
    ("system_admin", "System administrator", "系统管理员", "I"),
)


def known_roles() -> frozenset[str]:
    """Return the ids of all roles that somebody can hold."""
    return frozenset(db.session.scalars(sa.select(Role.id).where(Role.active)))


def role_names(language: str) -> dict[str, str]:
    """Return the roles that somebody can hold, each by its name in a language, in the order of the names."""
    rows = db.session.execute(sa.select(Role.id, Role.names).where(Role.active))
    names = {role: names.get(language) or names.get("zh") or role for role, names in rows}
    return dict(sorted(names.items(), key=lambda one: one[1]))


def seed_roles() -> int:
    """Add the catalogue's roles that the database does not have yet; return how many. Safe to repeat.

    Existing rows stay as they are, because a company may have renamed its roles.
    """
    with transaction() as session:
        known = set(session.scalars(sa.select(Role.id)))
        missing = [row for row in CATALOGUE if row[0] not in known]
        session.add_all(Role(id=key, names={"en": en, "zh": zh}, kind=kind) for key, en, zh, kind in missing)
    return len(missing)
