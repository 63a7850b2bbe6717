"""What the editors offer and say while one works: names instead of codes, only what is executed, remarks with a place."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.desk.service_tasks import SERVICE_TASKS
from app.studio.standard_tasks import STANDARD_TASKS
from tests.browser.test_studio import (
    PROCESS,
    TABLE,
    address,
    clock,
    company,
    database,
    pick,
    play,
    postgres_company,
    show,
    sqlite_company,
    type_into,
)
from tests.company import Company

__all__ = ["address", "clock", "company", "database", "play", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser

TASK = "s100_book"
ROLE = "加一个岗位"


def menu(page: Page, action: str) -> list[str]:
    """Open a menu at the chosen element and return the ids of what it offers."""
    page.locator(f'.djs-context-pad [data-action="{action}"]').click()
    page.locator(".djs-popup .entry").first.wait_for()
    ids: list[str] = page.locator(".djs-popup .entry").evaluate_all("all => all.map((one) => one.dataset.id)")
    return ids


def candidate_groups(page: Page) -> str:
    """What stands in the file for the task, as the editor would save it."""
    script = "import(document.querySelector('meta[name=static-root]').content + '/lib/editing.js')"
    source = page.evaluate(f"{script}.then(({{ editors }}) => editors.get('editor').source())")
    found = re.search(rf'id="{TASK}".*?candidateGroups="([^"]*)"', source, re.DOTALL)
    return found[1].replace("&quot;", '"').replace("&#34;", '"') if found else ""


def test_roles_are_chosen_by_name_and_stored_by_id(page: Page, address: str) -> None:
    show(page, address, PROCESS)
    pick(page, TASK)
    role = page.get_by_role("combobox", name=ROLE)
    role.wait_for()
    for taken in page.locator(".fl-role button").all():
        taken.click()
    role.fill("维修接待员")
    expect(page.locator(".fl-role")).to_have_text(re.compile("维修接待员"))
    assert candidate_groups(page) == "repair_receptionist"
    page.get_by_label("只限本案所在单位").check()
    role.fill("维修分析员")
    expect(page.locator(".fl-role")).to_have_count(2)
    assert candidate_groups(page) == '=["repair_receptionist@" + case.unit, "repair_analyst@" + case.unit]'
    page.get_by_role("button", name="去掉维修接待员").click()
    assert candidate_groups(page) == '="repair_analyst@" + case.unit'
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".fl-role")).to_have_count(2)


def test_menus_offer_our_steps_by_name_and_nothing_the_engine_refuses(page: Page, address: str) -> None:
    show(page, address, PROCESS)
    pick(page, TASK)
    offered = menu(page, "append")
    ours = [one for one in offered if "firstline." in one]
    assert len(ours) == len(SERVICE_TASKS) + len(STANDARD_TASKS)
    assert "append-message-intermediate-catch" in offered
    assert not [one for one in offered if "conditional-start" in one]
    page.locator(".djs-popup .entry", has_text="审批").click()
    expect(page.locator("#panel")).to_contain_text("不能由谁办")
    expect(page.get_by_role("combobox", name=ROLE)).to_be_visible()
    expect(page.locator("#panel")).not_to_contain_text("作业处理器")


def test_a_linked_form_is_shown_by_its_name_with_a_way_to_it(page: Page, address: str) -> None:
    show(page, address, PROCESS)
    pick(page, TASK)
    field = page.locator("input[name=formId]")
    line = page.locator(".fl-beneath", has=field).locator(".fl-beneath__line")
    expect(line.get_by_role("link", name="打开")).to_have_attribute("href", "/studio/form/book_payment")
    field.fill("not_there_yet")
    expect(line).to_contain_text("流程库里没有")
    expect(line.get_by_role("link", name="新建表单")).to_have_attribute("href", "/studio/new/form?id=not_there_yet")


def test_rules_that_overlap_are_said_with_a_case_and_shown_when_pressed(page: Page, address: str) -> None:
    show(page, address, TABLE)
    expect(page.locator("[data-verdict-of]")).to_have_text("检查通过")
    for cell in page.locator("tr:has(> [data-element-id=warranty_eligibility_rule_4]) td.input-cell").all():
        type_into(page, cell.get_attribute("data-element-id") or "", "-")
    finding = page.locator(".fl-lint", has_text="会同时适用")
    expect(finding.first).to_be_visible()
    page.get_by_text("查看 DRD").or_(page.locator(".view-drd-button")).first.click()
    finding.first.click()
    expect(page.locator("td.rule-index").first).to_be_visible()


def test_a_form_is_tried_while_it_is_drawn_and_checked_as_a_task_would(
    page: Page, address: str, company: Company
) -> None:
    show(page, address, "/studio/form/start_repair")
    page.get_by_role("tab", name="试填").click()
    preview = page.locator("#preview")
    preview.get_by_label("备注").fill("先检查电池")
    preview.get_by_role("button", name="检查填的内容").click()
    expect(preview.locator(".fl-preview__answer")).to_contain_text('"note": "先检查电池"')
