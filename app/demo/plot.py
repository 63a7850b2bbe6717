"""Which stories are told, how long ago they begin, and where those that are still going on have got to."""

import dataclasses
import random
from collections.abc import Callable, Iterable

from app.demo import stories_complaint as complaint
from app.demo import stories_factory as factory
from app.demo import stories_repair as repair
from app.demo import stories_service as service
from app.demo.acts import Path
from app.demo.cast import Device
from app.demo.worktime import DAY, HOUR

Telling = Callable[[random.Random, Device], Path]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plot:
    """One story to tell.

    Attributes:
        ago: between how many working minutes ago it begins.
        stop: the element at whose task it has got stuck; empty plays on to the end or to the present.
        covered: whether the device shall be in warranty; None does not matter.
        times: how many such cases there are.
    """

    tell: Telling
    ago: tuple[int, int]
    stop: str = ""
    covered: bool | None = None
    line: str = "handset"
    model: str = ""
    english: bool = False
    times: int = 1


def plots() -> Iterable[Plot]:
    """Every story of the demonstration, oldest kinds first."""
    return (
        *_finished(), *_at_the_outlets(), *_quotes(), *_complaints(), *_services(), *_responsible(), *_surprises(),
        *_factory(),
    )  # fmt: skip


WEEKS = (12 * DAY, 28 * DAY)
RECENT = (6 * DAY, 14 * DAY)


def _finished() -> Iterable[Plot]:
    yield Plot(tell=repair.free_repair, ago=WEEKS, covered=True, times=3)
    yield Plot(tell=repair.free_repair, ago=WEEKS, covered=True, english=True)
    yield Plot(tell=repair.repaired_twice, ago=WEEKS, covered=True)
    yield Plot(tell=repair.guided, ago=WEEKS, times=2)
    yield Plot(tell=repair.nothing_found, ago=RECENT, covered=True)
    yield Plot(tell=repair.refused, ago=RECENT, covered=True)
    yield Plot(tell=repair.unanswered, ago=(20 * DAY, 26 * DAY), covered=False)
    yield Plot(tell=repair.paid, ago=WEEKS, covered=False, times=2)
    yield Plot(tell=repair.changed_and_paid, ago=WEEKS, covered=False)
    yield Plot(tell=repair.priced_by_hand, ago=RECENT, covered=False, model="EC528")
    yield Plot(tell=complaint.misuse_by_telephone, ago=WEEKS)
    yield Plot(tell=complaint.investigated_and_content, ago=WEEKS)
    yield Plot(tell=complaint.sent_on, ago=WEEKS)
    yield Plot(tell=complaint.repaired_at_the_outlet, ago=WEEKS, covered=True)
    yield Plot(tell=service.called_and_repaired, ago=WEEKS, covered=True)
    yield Plot(tell=service.escalated("call_agent", 2), ago=RECENT, line="server")
    yield Plot(tell=service.visited, ago=WEEKS)


def _at_the_outlets() -> Iterable[Plot]:
    yield Plot(tell=repair.free_repair, ago=(15, 40), stop="s020_fill_slip", covered=True)
    yield Plot(tell=repair.free_repair, ago=(HOUR, 2 * HOUR), stop="s030_judge_misuse", covered=True, english=True)
    yield Plot(tell=repair.guided, ago=(2 * HOUR, 3 * HOUR), stop="s050_explain_use")
    yield Plot(tell=repair.paid, ago=(5 * HOUR, 6 * HOUR), stop="s065_inspect_damage", covered=False)
    yield Plot(tell=repair.free_repair, ago=(3 * DAY, 4 * DAY), stop="s065_inspect_damage", covered=True)
    yield Plot(tell=repair.foreign_number, ago=(3 * HOUR, 4 * HOUR), stop="s060d_review_identity", covered=True)
    yield Plot(tell=repair.free_repair, ago=(2 * DAY, 3 * DAY), stop="s100_repair", covered=True, times=2)
    yield Plot(tell=repair.free_repair, ago=(6 * DAY, 7 * DAY), stop="s100_repair", covered=True)
    yield Plot(tell=repair.repaired_twice, ago=(3 * DAY, 4 * DAY), stop="s110_own_test", covered=True)
    yield Plot(tell=repair.free_repair, ago=(4 * DAY, 5 * DAY), stop="s130_hand_to_reception", covered=True)
    yield Plot(tell=repair.free_repair, ago=(5 * DAY, 8 * DAY), stop="s150_give_to_customer", covered=True, times=2)
    yield Plot(tell=repair.free_repair, ago=(27 * DAY, 28 * DAY), stop="s150_give_to_customer", covered=True)


def _quotes() -> Iterable[Plot]:
    yield Plot(tell=repair.paid, ago=(DAY, 2 * DAY), stop="s020_price_quote", covered=False)
    yield Plot(tell=repair.priced_by_hand, ago=(DAY, 2 * DAY), stop="s040_fix_price", covered=False, model="EC810")
    yield Plot(tell=repair.priced_by_hand, ago=(DAY, 2 * DAY), stop="s050_give_quote", covered=False, model="MT-V998")
    yield Plot(tell=repair.paid, ago=(DAY, 2 * DAY), stop="s060_send_quote", covered=False)
    yield Plot(tell=repair.paid, ago=(2 * DAY, 7 * DAY), stop="s070b_answered", covered=False, times=3)
    yield Plot(tell=repair.paid, ago=(6 * DAY, 7 * DAY), stop="s100_sign_quote", covered=False)
    yield Plot(tell=repair.refused, ago=(4 * DAY, 5 * DAY), stop="s090_return_unit", covered=True)
    yield Plot(tell=repair.paid, ago=(8 * DAY, 9 * DAY), stop="s130_pays", covered=False)
    yield Plot(tell=repair.paid, ago=(28 * DAY, 29 * DAY), stop="s130_pays", covered=False)
    yield Plot(tell=repair.paid, ago=(8 * DAY, 9 * DAY), stop="s100_book", covered=False)
    yield Plot(tell=repair.paid, ago=(9 * DAY, 10 * DAY), stop="s150_invoice", covered=False)


def _complaints() -> Iterable[Plot]:
    yield Plot(tell=complaint.misuse_by_telephone, ago=(20, 50), stop="s020_record_complaint")
    yield Plot(tell=complaint.misuse_by_telephone, ago=(3 * HOUR, 4 * HOUR), stop="s050_judge_misuse")
    yield Plot(tell=complaint.investigated, ago=(5 * HOUR, DAY), stop="s120_name_specialist")
    yield Plot(tell=complaint.investigated, ago=(4 * HOUR, 7 * HOUR), stop="s127_support")
    yield Plot(tell=complaint.investigated, ago=(2 * DAY, 3 * DAY), stop="s125_investigate")
    yield Plot(tell=complaint.sent_on, ago=(DAY, 2 * DAY), stop="s135c_department_answers")
    yield Plot(tell=complaint.misuse_by_telephone, ago=(DAY, 2 * DAY), stop="s155_daily_check")
    yield Plot(tell=complaint.investigated, ago=(5 * DAY, 6 * DAY), stop="s170_approve")
    yield Plot(tell=complaint.misuse_by_telephone, ago=(3 * DAY, 4 * DAY), stop="s200_answer_customer")
    yield Plot(tell=complaint.misuse_by_telephone, ago=(6 * DAY, 7 * DAY), stop="s020_contact")
    yield Plot(tell=complaint.still_unhappy, ago=(9 * DAY, 10 * DAY), stop="s110_previous_handling")
    yield Plot(tell=complaint.still_unhappy, ago=(10 * DAY, 11 * DAY), stop="s122_department_improves")
    yield Plot(tell=complaint.told_to_a_department, ago=(2 * HOUR, 5 * HOUR), stop="s014_department_help")
    yield Plot(tell=complaint.major, ago=(6 * DAY, 7 * DAY), stop="s050_solve_together")
    yield Plot(tell=complaint.major_for_the_board, ago=(6 * DAY, 7 * DAY), stop="s080b_consult")
    yield Plot(tell=complaint.major_for_the_board, ago=(7 * DAY, 8 * DAY), stop="s080_settle")
    yield Plot(tell=complaint.project_followed, ago=(3 * DAY, 4 * DAY), stop="s020_contact", line="server")


def _services() -> Iterable[Plot]:
    yield Plot(tell=service.called_and_repaired, ago=(10, 30), stop="s050_confirm_data", covered=True)
    yield Plot(tell=service.called_and_repaired, ago=(30, 55), stop="s090_record_request", covered=True)
    yield Plot(tell=service.called_and_repaired, ago=(2 * HOUR, 3 * HOUR), stop="s020_fill_slip", covered=True)
    yield Plot(tell=service.called_the_wrong_window, ago=(DAY, 2 * DAY), stop="s020_fill_slip", covered=True)
    yield Plot(
        tell=service.escalated("response_agent", 1), ago=(HOUR, 2 * HOUR), stop="s120_accept_request", line="server"
    )
    yield Plot(tell=service.escalated("support_technician", 2), ago=(6 * HOUR, DAY), stop="s130_handle", line="server")
    yield Plot(tell=service.reported_upwards, ago=(DAY, 2 * DAY), stop="s020_write_report", line="server")
    yield Plot(tell=service.not_reached, ago=(6 * DAY, 7 * DAY), stop="s050_accept_unreachable")
    yield Plot(tell=service.visited, ago=(3 * DAY, 3 * DAY + 3 * HOUR), stop="s030_visit")
    yield Plot(tell=service.visited, ago=(6 * DAY, 7 * DAY), stop="s030_visit")


HEARD = {
    "demo_admin": ("desktop", "内部同事转来：客户公司的台式机集体蓝屏"),
    "demo_owner": ("notebook", "流程评审会上，销售转述客户笔记本开不了机"),
    "sales_rep": ("server", "客户询问服务器为什么总是重启"),
    "warehouse_keeper": ("notebook", "送货司机转来客户的笔记本维修请求"),
    "statistics_analyst": ("desktop", "客户打到统计组，想知道台式机维修进度"),
    "material_dispatcher": ("server", "客户催问进口备件何时到货"),
    "chief_engineer": ("server", "老客户直接来电，请求现场支持"),
    "field_engineer": ("server", "在客户机房巡检时，客户报修另一台服务器"),
    "information_officer": ("desktop", "网站留言：台式机风扇异响"),
    "service_representative": ("notebook", "大厅来访客户的笔记本需要上门取件"),
    "supervision_agent": ("desktop", "抽查录音时发现一条漏记的报修"),
    "key_account_manager": ("server", "大客户反映双机切换失败"),
    "customer_service_manager": ("server", "客户来信要求派人检查磁盘阵列"),
    "group_quality_manager": ("notebook", "展会上客户反映屏轴批量松动"),
    "system_repair_handler": ("desktop", "客户误把台式机问题报到系统维修"),
    "dispatcher": ("notebook", "客户要求改派工程师，另报一处故障"),
    "desktop_product_manager": ("desktop", "经销商来电，客户的台式机无法开机"),
    "notebook_product_manager": ("notebook", "客户直接发来邮件，笔记本电池鼓包"),
}
"""Who else has heard a request lately and has to find its handler: the first to be asked stays responsible."""

CLIMBING = (
    # who was asked first, how many levels it takes, from where, where it stands
    ("service_director", 1, "window", "province", "s150_verify"),
    ("response_agent", 1, "window", "province", "s160_answer_customer"),
    ("demo_supervisor", 1, "window", "province", "s160_answer_customer"),
    ("support_technician", 1, "middle", "province", "s150_verify"),
    ("call_agent", 1, "window", "region", "s120_accept_request"),
    ("call_agent", 1, "middle", "region", "s130_handle"),
    ("call_agent", 1, "back", "region", "s130_handle"),
)


def _responsible() -> Iterable[Plot]:
    for role, (line, text) in HEARD.items():
        told = service.guided_by(role, text)
        yield Plot(tell=told, ago=(15, 3 * HOUR), stop="s030_guide", line=line)
    for role, levels, layer, area, stop in CLIMBING:
        told = service.escalated(role, levels, layer, area)
        yield Plot(tell=told, ago=(DAY, 2 * DAY), stop=stop, line="server")
    for area in ("province", "region"):
        late = service.escalated("call_agent", 1, "window", area)
        yield Plot(tell=late, ago=(DAY, 2 * DAY), stop="s120_accept_request", line="server")
    line_owner = service.escalated("call_agent", 1, "window", "province", reason="product_line")
    yield Plot(tell=line_owner, ago=(HOUR, 3 * HOUR), stop="s120_accept_request", line="server")


def _surprises() -> Iterable[Plot]:
    """What needs somebody in the cockpit."""
    yield Plot(tell=service.visit_on_an_unreadable_day, ago=(DAY, 2 * DAY))
    yield Plot(tell=service.asked_for_training, ago=(DAY, 2 * DAY), line="server")


AT_THE_FACTORY = {
    "s070_accept": 22 * HOUR,
    "s050_teardown": 28 * HOUR,
    "s120_issue": 31 * HOUR,
    "s130_exchange": 33 * HOUR,
    "s140_test": 37 * HOUR,
}
"""Where handsets stand at the factory, and how long ago at least they came to their outlet to have got there."""
PAGERS = {"s080_section_chief": 10 * HOUR, "s128_solder": 16 * HOUR}


def _factory() -> Iterable[Plot]:
    """Last, so that who tells the other stories does not change with them."""
    mended = factory.repaired_at_the_factory
    yield Plot(tell=mended, ago=(18 * DAY, 24 * DAY), covered=True)
    yield Plot(tell=factory.to_the_factory, ago=(2 * DAY, 3 * DAY), covered=True)
    for stop, since in AT_THE_FACTORY.items():
        yield Plot(tell=mended, ago=(since, since + 2 * HOUR), stop=stop, covered=True)
    yield Plot(tell=factory.swapped_by_the_factory, ago=(20 * HOUR, 22 * HOUR), stop="s040_swap", covered=True)
    for stop, since in PAGERS.items():
        yield Plot(tell=factory.pager_repaired, ago=(since, since + HOUR), stop=stop, line="pager", covered=True)
    yield Plot(tell=factory.ordered_from_the_vendor, ago=(8 * DAY, 10 * DAY))
    yield Plot(tell=factory.ordered_from_the_vendor, ago=(DAY, 2 * DAY), stop="s065b_delivery")
    yield Plot(tell=factory.supplied_by_headquarters, ago=(4 * HOUR, 6 * HOUR), stop="s130_receive")
