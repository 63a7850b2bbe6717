"""Every row of what was asked for is answered by something that exists and is played, or says what is missing."""

import pytest
from flask import Flask

from tests.company import ROOT
from tests.reference import DOCS, coverage
from tests.reference.traceability import (
    Library,
    Row,
    Told,
    asked,
    diagrams,
    lost,
    missing,
    sources,
    told,
    unknown,
)

ROWS = [row for source in sources() for row in source.rows]
NOT_YET = {
    "average repair cycle 平均维修周期",
    "customer service ranking 服务客户和次数",
    "dispatch overview 派工完成情况",
    "first response and escalation 首问与升级",
    "key-account service frequency 大客户服务频次",
    "non-repair expense 维修外费用统计表",
    "part failure analysis 配件故障分析表",
    "parts consumption 维修配件消耗表",
    "penalties by rule 扣款统计",
    "repair expense 维修费用统计表",
    "repair order statistics 维修工单统计表",
    "report pages with drill-down 可下钻的报表页",
    "satisfaction dimensions and loyalty 满意度模型",
    "service cost per device 单台设备服务成本",
    "service cost 服务费用统计表",
    "service income 服务收入状况",
    "service parts sold 服务配件销量表",
    "workload per person 工作量考核",
}
"""What is known to be missing; take out what has been built, and put in nothing that was there."""


THERE = Library(diagrams(), ())
"""Everything but pages, which only an app knows."""


def test_what_a_row_names_exists(app: Flask) -> None:
    there = Library(diagrams(), {rule.rule for rule in app.url_map.iter_rules()})
    assert [f"{row.about}: {one}" for row in ROWS for one in unknown(row, there)] == []


def test_a_row_is_answered_or_says_why_not() -> None:
    assert [row.about for row in ROWS if not (row.cover or row.not_yet or row.outside)] == []


def test_no_row_stands_twice() -> None:
    for source in sources():
        titles = [row.about for row in source.rows]
        assert len(titles) == len(set(titles)), source.title


def test_what_is_missing_is_known_and_stands_at_the_top() -> None:
    assert {one for row in ROWS for one in row.not_yet} == NOT_YET
    section = "\n".join(missing())
    assert [one for one in NOT_YET if f"| {one} |" not in section] == []


@pytest.mark.parametrize(
    "cover",
    ["outlet_intake_repair 999", "outlet_intake_repair 20z", "outlet_intake_repair", "no_such_process 10", "table:gone",
     "form:gone", "paper:gone", "register:gone", "field:customer.gone", "role:gone", "page:/gone", "test:gone.py", "gone:x"],
)  # fmt: skip
def test_a_name_that_does_not_exist_is_found(cover: str) -> None:
    assert len(list(unknown(Row("asked for", (cover,)), THERE))) == 1


def test_every_row_is_named_by_scenarios() -> None:
    assert [f"{row.about}: {one}" for row in ROWS for one in lost(row, coverage.reasons(), told())] == []


def test_a_row_has_lost_its_cover_when_no_scenario_names_its_steps_or_one_is_never_visited() -> None:
    row = Row("a slip", ("outlet_intake_repair 20 150",))
    naming = Told("x", ROOT, frozenset({("outlet_intake_repair", "s020_fill_slip")}))
    elsewhere = Told("y", ROOT, frozenset({("stock_inbound", "s020_count")}))
    never = {"outlet_intake_repair": {"s150_give_to_customer": "Nobody comes."}}
    assert list(lost(row, {}, [elsewhere, naming])) == []
    assert list(lost(row, {}, [elsewhere])) == ["outlet_intake_repair 20 150"]
    assert list(lost(row, never, [naming])) == ["outlet_intake_repair s150_give_to_customer"]


def test_the_page_on_coverage_has_the_rows() -> None:
    committed = (DOCS / "reference" / "coverage.md").read_text("utf-8")
    for section in (missing(), asked()):
        assert "\n".join(section) in committed, 'Run `make reference ARGS="coverage"` and commit what it writes.'
