"""The demonstration company's units and people."""

import dataclasses
import typing as t

from app.desk.models import ServiceOutlet
from app.desk.models.outlet import AUTHORISED
from app.people.models import Membership, Unit, User

SEED_PASSWORD = "demo"  # noqa: S105 (accounts with it exist in demo mode only and sign in from loopback only)


@dataclasses.dataclass(frozen=True)
class UnitSpec:
    """One unit: code, kind, code of the unit above, names."""

    code: str
    kind: str
    parent: str | None
    zh: str
    en: str


UNITS = (
    UnitSpec("HQ", "national", None, "总部", "Headquarters"),
    UnitSpec("EAST", "region", "HQ", "华东大区", "East China region"),
    UnitSpec("SOUTH", "region", "HQ", "华南大区", "South China region"),
    UnitSpec("ZJ", "province", "EAST", "浙江省", "Zhejiang"),
    UnitSpec("JS", "province", "EAST", "江苏省", "Jiangsu"),
    UnitSpec("GD", "province", "SOUTH", "广东省", "Guangdong"),
    UnitSpec("HZ1", "outlet", "ZJ", "杭州西湖网点", "Hangzhou West Lake outlet"),
    UnitSpec("NB1", "outlet", "ZJ", "宁波海曙网点", "Ningbo Haishu outlet"),
    UnitSpec("NJ1", "outlet", "JS", "南京鼓楼网点", "Nanjing Gulou outlet"),
    UnitSpec("SZ1", "outlet", "JS", "苏州姑苏网点", "Suzhou Gusu outlet"),
    UnitSpec("GZ1", "outlet", "GD", "广州天河网点", "Guangzhou Tianhe outlet"),
    UnitSpec("SZ2", "outlet", "GD", "深圳福田网点", "Shenzhen Futian outlet"),
    UnitSpec("FACTORY", "factory", "HQ", "维修工厂", "Repair factory"),
    UnitSpec("WH", "warehouse", "HQ", "总部仓库", "Central warehouse"),
    UnitSpec("FIN", "department", "HQ", "财务部", "Finance department"),
    UnitSpec("CCS", "department", "HQ", "客户服务中心", "Customer service centre"),
    # Codes of these are what the table feedback_routing answers with.
    UnitSpec("terminal_sales", "department", "HQ", "终端销售部", "Terminal sales department"),
    UnitSpec("system_sales", "department", "HQ", "系统销售部", "System sales department"),
    UnitSpec("marketing", "department", "HQ", "市场部", "Marketing department"),
    UnitSpec("quality", "department", "HQ", "质量部", "Quality department"),
    UnitSpec("purchasing", "department", "HQ", "采购部", "Purchasing department"),
    UnitSpec("basic_components", "department", "HQ", "基础元器件部", "Basic components department"),
    UnitSpec("terminal_production", "department", "HQ", "终端生产部", "Terminal production department"),
    UnitSpec("system_production", "department", "HQ", "系统生产部", "System production department"),
    UnitSpec("transmission_equipment", "department", "HQ", "传输设备部", "Transmission equipment department"),
    UnitSpec("network_engineering", "department", "HQ", "网络工程部", "Network engineering department"),
    UnitSpec("central_research", "department", "HQ", "中央研究院", "Central research institute"),
    UnitSpec("information_technology", "department", "HQ", "信息技术部", "Information technology department"),
    UnitSpec("motorola_cooperation", "department", "HQ", "摩托罗拉合作小组", "Motorola cooperation group"),
)
OUTLETS = tuple(unit for unit in UNITS if unit.kind == "outlet")
LEVEL_2 = ("HZ1", "NJ1", "GZ1")
"""The outlets, one per province, that order the parts of foreign brands from the vendor themselves."""

ACCOUNT_NAMES = {
    "call_agent": ("陈静", "Chen Jing"),
    "service_manager": ("郭峰", "Guo Feng"),
    "service_supervisor": ("周敏", "Zhou Min"),
    "return_visitor": ("何丽", "He Li"),
    "repair_receptionist": ("林晓燕", "Lin Xiaoyan"),
    "repair_analyst": ("刘洋", "Liu Yang"),
    "repair_supervisor": ("吴强", "Wu Qiang"),
    "repair_manager": ("郑国平", "Zheng Guoping"),
    "outlet_supervisor": ("孙丽娟", "Sun Lijuan"),
    "finance_clerk": ("马会", "Ma Hui"),
    "complaint_receptionist": ("黄莉", "Huang Li"),
    "complaint_manager": ("徐文", "Xu Wen"),
    "complaint_specialist": ("胡杰", "Hu Jie"),
    "complaint_followup_clerk": ("罗兰", "Luo Lan"),
    "service_monitor": ("高远", "Gao Yuan"),
    "customer_service_manager": ("梁芳", "Liang Fang"),
    "department_complaint_handler": ("宋涛", "Song Tao"),
    "department_gm": ("唐军", "Tang Jun"),
    "department_staff": ("许诺", "Xu Nuo"),
    "ccs_general_manager": ("韩冰", "Han Bing"),
    "vp_terminal_sales": ("冯雷", "Feng Lei"),
    "other_vp": ("董明", "Dong Ming"),
    "response_agent": ("萧雨", "Xiao Yu"),
    "processing_agent": ("程浩", "Cheng Hao"),
    "resource_agent": ("曹阳", "Cao Yang"),
    "supervision_agent": ("袁媛", "Yuan Yuan"),
    "province_service_manager": ("邓超群", "Deng Chaoqun"),
    "region_service_manager": ("傅强", "Fu Qiang"),
    "key_account_manager": ("沈洁", "Shen Jie"),
    "group_service_manager": ("曾志伟", "Zeng Zhiwei"),
    "group_quality_manager": ("彭博文", "Peng Bowen"),
    "information_officer": ("吕梅", "Lü Mei"),
    "service_representative": ("苏婷", "Su Ting"),
    "support_technician": ("卢伟", "Lu Wei"),
    "field_engineer": ("蒋磊", "Jiang Lei"),
    "material_dispatcher": ("蔡琴", "Cai Qin"),
    "warehouse_keeper": ("贾平", "Jia Ping"),
    "statistics_analyst": ("丁宁", "Ding Ning"),
    "chief_engineer": ("魏建国", "Wei Jianguo"),
    "service_director": ("薛刚", "Xue Gang"),
    "server_product_manager": ("范宇", "Fan Yu"),
    "desktop_product_manager": ("石磊", "Shi Lei"),
    "notebook_product_manager": ("姚倩", "Yao Qian"),
    "system_repair_handler": ("邹凯", "Zou Kai"),
    "dispatcher": ("熊敏", "Xiong Min"),
    "sales_rep": ("秦岚", "Qin Lan"),
    "depot_technician": ("廖志刚", "Liao Zhigang"),
    "service_staff": ("白云鹏", "Bai Yunpeng"),
    "settlement_clerk": ("钟文静", "Zhong Wenjing"),
    "repair_section_chief": ("江海波", "Jiang Haibo"),
    "repair_worker": ("方勇", "Fang Yong"),
    "solder_worker": ("任红梅", "Ren Hongmei"),
    "inspector": ("夏雪", "Xia Xue"),
    "bad_unit_handler": ("田野", "Tian Ye"),
    "system_salesperson": ("顾磊", "Gu Lei"),
    "network_engineer": ("孟涛", "Meng Tao"),
    "transmission_repair_analyst": ("秦海", "Qin Hai"),
    "packer": ("万芳", "Wan Fang"),
    "outlet_planner": ("段志强", "Duan Zhiqiang"),
    "outlet_patroller": ("雷鸣", "Lei Ming"),
    "regional_salesperson": ("侯军", "Hou Jun"),
    "audit_accountant": ("龙慧", "Long Hui"),
    "engineering_manager": ("武建华", "Wu Jianhua"),
    "call_center_manager": ("康宁", "Kang Ning"),
    "sales_manager": ("施伟", "Shi Wei"),
    "marketing_manager": ("章敏", "Zhang Min"),
    "marketing_staff": ("向阳", "Xiang Yang"),
    "data_callback_clerk": ("余小梅", "Yu Xiaomei"),
}
"""One demonstration account per role, named as the role id."""

CENTRAL_PEOPLE = (
    # username, role, unit, names
    ("receptionist_factory", "repair_receptionist", "FACTORY", "汪晓琳", "Wang Xiaolin"),
    ("analyst_factory", "repair_analyst", "FACTORY", "崔建军", "Cui Jianjun"),
    ("analyst2_factory", "repair_analyst", "FACTORY", "谭丽", "Tan Li"),
    ("supervisor_factory", "repair_supervisor", "FACTORY", "潘伟民", "Pan Weimin"),
    ("keeper_wh", "warehouse_keeper", "WH", "杜鹏", "Du Peng"),
)
"""Who works at the factory or the warehouse only; tasks there are offered to the role at the place."""

OUTLET_ROLES = ("repair_receptionist", "repair_analyst", "outlet_supervisor")
GIVEN_ZH = ("伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "勇", "杰", "婷", "涛", "明", "超", "霞", "平", "刚", "玲")
GIVEN_EN = (
    "Wei", "Fang", "Na", "Min", "Jing", "Lei", "Yang", "Yan", "Yong",
    "Jie", "Ting", "Tao", "Ming", "Chao", "Xia", "Ping", "Gang", "Ling",
)  # fmt: skip
SURNAMES = (("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("杨", "Yang"), ("赵", "Zhao"), ("钱", "Qian"))

PERMISSION_ACCOUNTS = {
    "demo_admin": ("系统管理员", "Administrator", "administrator"),
    "demo_owner": ("流程负责人", "Process owner", "process_owner"),
    "demo_supervisor": ("服务监督", "Service supervisor", "supervisor"),
}


def make_units(session: t.Any) -> dict[str, Unit]:
    """Add all units, parents first, and the levels of outlets; returns the units by code."""
    units: dict[str, Unit] = {}
    for spec in UNITS:
        parent = units[spec.parent] if spec.parent else None
        path = f"{parent.path if parent else '/'}{spec.code}/"
        unit = Unit(
            code=spec.code,
            kind=spec.kind,
            parent_id=parent.id if parent else None,
            path=path,
            names={"zh": spec.zh, "en": spec.en},
        )
        session.add(unit)
        session.flush()
        units[spec.code] = unit
    session.add_all(ServiceOutlet(unit_id=units[code].id, level=AUTHORISED) for code in LEVEL_2)
    return units


def make_people(session: t.Any, units: t.Mapping[str, Unit], password_hash: str, at: t.Any) -> dict[str, User]:
    """Add the demonstration accounts, who is at each outlet (receptionist, analyst, supervisor) and at the factory."""
    people: dict[str, User] = {}

    def add(username: str, zh: str, en: str, **flags: bool) -> User:
        user = User(
            username=username,
            names={"zh": zh, "en": en},
            email=f"{username}@firstline.example",
            password_hash=password_hash,
            demo=True,
            created_at=at,
            **flags,
        )
        session.add(user)
        people[username] = user
        return user

    for username, (zh, en, flag) in PERMISSION_ACCOUNTS.items():
        add(username, zh, en, staff=True, **{flag: True})
    for role, (zh, en) in ACCOUNT_NAMES.items():
        add(role, zh, en)
    local = [(add(username, zh, en), role, code) for username, role, code, zh, en in CENTRAL_PEOPLE]
    for row, outlet in enumerate(OUTLETS):
        for column, role in enumerate(OUTLET_ROLES):
            number = row * len(OUTLET_ROLES) + column
            surname, given = SURNAMES[row], (GIVEN_ZH[number], GIVEN_EN[number])
            user = add(
                f"{role.removeprefix('repair_').removeprefix('outlet_')}_{outlet.code.lower()}",
                surname[0] + given[0],
                f"{surname[1]} {given[1]}",
            )
            local.append((user, role, outlet.code))
    session.flush()
    session.add_all(Membership(user_id=people[role].id, role_id=role, unit_id=None) for role in ACCOUNT_NAMES)
    session.add_all(Membership(user_id=user.id, role_id=role, unit_id=units[code].id) for user, role, code in local)
    return people
