"""Drawings from elsewhere in a real browser: uploaded, completed, run."""

import re
import typing as t
from collections.abc import Callable, Iterator

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from app import engine
from app.engine import File, queries
from app.studio import drafts, versions
from tests.browser.guard import Guard, accessible
from tests.browser.server import company_served
from tests.browser.session import sign_in
from tests.browser.shots import shots
from tests.company import PASSWORD, Company
from tests.company_fixtures import clock, company, database, postgres_company, sqlite_company

__all__ = ["clock", "company", "database", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser

SELECTED = re.compile(r"\bselected\b")
SHAPE = (
    '<di:BPMNShape id="{0}_di" bpmnElement="{0}"><dc:Bounds x="{1}" y="{2}" width="{3}" height="{4}.0"/></di:BPMNShape>'
)
EDGE = '<di:BPMNEdge id="{0}_di" bpmnElement="{0}"><dd:waypoint x="{1}" y="{2}" xsi:type="dc:Point"/><dd:waypoint x="{3}" y="{4}"/></di:BPMNEdge>'
# What an editor that knows only what it draws would lose: usual settings said all the same, references that lead nowhere,
# an edge of nothing, elements of other vendors, comments, a carriage return in a name.
DRAWING = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn elsewhere -->
<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:v="urn:vendor" id="defs" targetNamespace="t" expressionLanguage="http://www.w3.org/1999/XPath" typeLanguage="http://www.w3.org/2001/XMLSchema" exporter="Other Modeler" exporterVersion="7">
  <b:message id="unused" name="unused"><b:extensionElements><v:note v:x="1">kept</v:note></b:extensionElements></b:message>
  <b:process id="drawn" name="从外面来" isExecutable="false" isClosed="false" processType="None" v:colour="red">
    <!-- inside -->
    <b:startEvent id="s" name="开始" isInterrupting="true" parallelMultiple="false"><b:outgoing>f1</b:outgoing></b:startEvent>
    <b:task id="a" name="看一看&#xD;&#xA;再说" startQuantity="1" completionQuantity="1" isForCompensation="false"><b:incoming>f1</b:incoming><b:incoming>ghost</b:incoming><b:outgoing>f2</b:outgoing></b:task>
    <b:exclusiveGateway id="x" name="行不行" gatewayDirection="Unspecified"><b:incoming>f2</b:incoming><b:outgoing>f3</b:outgoing><b:outgoing>f4</b:outgoing></b:exclusiveGateway>
    <b:task id="b" name="办理"><b:incoming>f3</b:incoming></b:task>
    <b:endEvent id="e" name="不行"><b:incoming>f4</b:incoming></b:endEvent>
    <b:sequenceFlow id="f1" sourceRef="s" targetRef="a" isImmediate="true"/>
    <b:sequenceFlow id="f2" sourceRef="a" targetRef="x"/>
    <b:sequenceFlow id="f3" name="行" sourceRef="x" targetRef="b"/>
    <b:sequenceFlow id="f4" name="不行" sourceRef="x" targetRef="e"/>
  </b:process>
  <di:BPMNDiagram id="d" name="Page 1" resolution="96.0"><di:BPMNPlane id="plane" bpmnElement="drawn">
    {SHAPE.format("s", 150, 100.5, 36, 36)}{SHAPE.format("a", 250, "78.0", 100, 80)}{SHAPE.format("x", 400, 93, 50, 50)}
    {SHAPE.format("b", 520, 78, 100, 80)}{SHAPE.format("e", 552, 220, 36, 36)}
    {EDGE.format("f1", 186, "118.5", 250, 118)}{EDGE.format("f2", 350, 118, 400, 118)}{EDGE.format("f3", 450, 118, 520, 118)}{EDGE.format("f4", 425, 143, 552, 238)}
    <di:BPMNEdge id="nothing" v:x="y"><dd:waypoint x="1" y="1"/><dd:waypoint x="2" y="2"/></di:BPMNEdge>
  </di:BPMNPlane></di:BPMNDiagram>
</b:definitions>
"""


@pytest.fixture(autouse=True)
def address(company: Company) -> Iterator[str]:
    with company_served(company) as url:
        yield url


def kept(company: Company, content: str = DRAWING) -> int:
    (one,) = drafts.keep(company.person("owner"), [File("从外面来.bpmn", content.encode())])
    assert one.key is not None
    return one.key


def edit(page: Page, address: str, key: int, at: str = "") -> None:
    sign_in(page, address, "owner", PASSWORD, page.evaluate("navigator.language")[:2])
    page.goto(f"{address}/studio/drafts/{key}/edit{at}")
    page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)


def canonical(source: bytes) -> bytes:
    """The content without white space between elements, and without the empty label that comes with a new name."""
    root = etree.fromstring(source)
    for label in root.xpath("//*[local-name()='BPMNLabel'][not(node()) and not(@*)]"):
        label.getparent().remove(label)
    for node in root.iter():
        node.tail = None
        if len(node):
            node.text = None
    return etree.tostring(root, method="c14n")


def guard_of(page: Page) -> Guard:
    return t.cast(Guard, page.guard)  # type: ignore[attr-defined]


def test_a_drawing_is_uploaded_completed_by_people_published_and_run(
    page: Page, address: str, company: Company
) -> None:
    sign_in(page, address, "owner", PASSWORD)
    page.goto(f"{address}/studio")
    page.get_by_role("link", name="上传").click()
    page.locator("#file").set_input_files({"name": "从外面来.bpmn", "mimeType": "text/xml", "buffer": DRAWING.encode()})
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("heading", name="运行前缺的")).to_be_visible()
    expect(page.locator(".fl-lint--err")).to_have_count(3)
    page.get_by_role("button", name="先由人来做").click()
    expect(page.get_by_role("heading", name="暂由人做的")).to_be_visible()
    expect(page.locator(".fl-lint--err")).to_have_count(0)
    page.get_by_role("link", name="在编辑器中打开").click()
    page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
    page.get_by_role("textbox", name="改了什么").fill("先跑起来")
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page).to_have_url(f"{address}/studio/process/drawn", timeout=30_000)
    owner = company.person("owner")
    key = engine.start_instance(owner, "drawn", {}).key
    assert queries.detail.get_instance(owner, key).state == "active"
    assert drafts.all_drafts(owner) == []


def test_saving_a_drawing_that_nobody_touched_keeps_every_byte(page: Page, address: str, company: Company) -> None:
    key = kept(company)
    edit(page, address, key)
    page.keyboard.press("Control+s")
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    found = drafts.find(company.person("owner"), key)
    assert (found.revision, found.content) == (1, DRAWING.encode())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_saving_changes_only_what_somebody_changed(
    new_page: Callable[..., Page], address: str, company: Company, language: str
) -> None:
    page, key = new_page(language=language), kept(company)
    edit(page, address, key)
    page.locator('[data-element-id="b"] .djs-hit').first.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("Do it")
    page.keyboard.press("Control+s")
    expect(page.get_by_text({"zh": "草稿已保存。", "en": "Draft saved."}[language])).to_be_visible()
    found = drafts.find(company.person("owner"), key)
    assert found.revision == 2
    assert canonical(found.content.replace(b"Do it", "办理".encode())) == canonical(DRAWING.encode())


# A second page whose collapsed sub-process is drawn the old way, which the library changes as soon as it opens the page.
SECOND = f"""
  <b:process id="other" name="另一页"><b:task id="o" name="另办"/><b:subProcess id="sub" name="细节"><b:task id="i" name="里面"/></b:subProcess></b:process>
  <di:BPMNDiagram id="d2" name="第二页"><di:BPMNPlane id="plane2" bpmnElement="other">
    {SHAPE.format("o", 100, 100, 100, 80)}{SHAPE.format("sub", 300, 100, 100, 80).replace("><dc", ' isExpanded="false"><dc')}{SHAPE.format("i", 320, 120, 100, 80)}
  </di:BPMNPlane></di:BPMNDiagram>
</b:definitions>
"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_drawing_of_several_pages_is_leafed_through_and_every_page_is_kept(
    new_page: Callable[..., Page], address: str, company: Company, language: str
) -> None:
    drawing = DRAWING.replace("</b:definitions>\n", SECOND)
    page, key = new_page(language=language), kept(company, drawing)
    edit(page, address, key, "#at=i")
    choice = page.get_by_label({"zh": "图页", "en": "Page"}[language])
    expect(choice).to_have_value("d2")
    expect(page.locator('.djs-element[data-element-id="i"]')).to_have_class(SELECTED)
    choice.select_option("Page 1")
    expect(page.locator('[data-element-id="b"] .fl-finding, [data-container-id="b"] .fl-finding')).to_be_visible()
    choice.select_option("第二页")
    expect(page.locator('.djs-element[data-element-id="o"]')).to_be_visible()
    page.keyboard.press("Control+s")
    saved = page.get_by_text({"zh": "草稿已保存。", "en": "Draft saved."}[language])
    expect(saved).to_be_visible()
    assert drafts.find(company.person("owner"), key).content == drawing.encode()
    page.locator('[data-element-id="o"] .djs-hit').first.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("Do it")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-state-of]")).to_have_text({"zh": "已保存", "en": "Saved"}[language])
    found = drafts.find(company.person("owner"), key).content
    assert canonical(found.replace(b"Do it", "另办".encode())) == canonical(drawing.encode())


def test_a_case_is_shown_on_the_page_it_is_drawn_on(page: Page, address: str, company: Company) -> None:
    two = SECOND.replace('name="另一页"', 'name="另一页" isExecutable="true"').replace("b:task id", "b:userTask id")
    drawing = DRAWING.replace("</b:definitions>\n", two)
    engine.deploy(company.person("owner"), [File("two.bpmn", drawing.encode())])
    key = engine.start_instance(company.person("owner"), "other", {}).key
    sign_in(page, address, "owner", PASSWORD)
    page.goto(f"{address}/cockpit/instances/{key}")
    expect(page.locator('.fl-viewer .djs-element[data-element-id="o"]')).to_be_visible()


def test_what_is_removed_goes_and_what_is_added_comes(page: Page, address: str, company: Company) -> None:
    key = kept(company)
    edit(page, address, key)
    page.locator('[data-element-id="e"] .djs-hit').first.click()
    page.keyboard.press("Delete")
    page.locator('[data-element-id="b"] .djs-hit').first.click()
    page.locator('[data-action="append.end-event"]').click()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    root = etree.fromstring(drafts.find(company.person("owner"), key).content)
    names = {"b": "http://www.omg.org/spec/BPMN/20100524/MODEL", "v": "urn:vendor"}
    assert root.xpath("//*[@id='e' or @id='f4']", namespaces=names) == []
    assert len(root.findall(".//b:endEvent", names)) == 1
    assert len(root.findall(".//b:sequenceFlow", names)) == 4
    assert root.find(".//v:note", names) is not None
    assert root.find(".//*[@id='nothing']") is not None
    assert root.find(".//*[@id='a']").get("isForCompensation") == "false"
    assert [one.text for one in root.findall(".//*[@id='a']/b:incoming", names)] == ["f1", "ghost"]


def test_a_remark_leads_to_its_element_from_the_list_and_from_the_page_before(
    page: Page, address: str, company: Company
) -> None:
    key = kept(company)
    sign_in(page, address, "owner", PASSWORD)
    page.goto(f"{address}/studio/drafts/{key}")
    page.locator(".fl-lint", has_text="连线“行”").get_by_role("link", name="查看位置").first.click()
    page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
    expect(page.locator('.djs-element[data-element-id="f3"]')).to_have_class(SELECTED)
    page.locator(".fl-studio__under .fl-lint", has_text="看一看").click()
    expect(page.locator('.djs-element[data-element-id="a"]')).to_have_class(SELECTED)


def test_a_press_in_the_editor_helps_and_can_be_undone_by_not_saving(
    page: Page, address: str, company: Company
) -> None:
    key = kept(company)
    edit(page, address, key)
    expect(page.get_by_role("heading", name="运行前缺的")).to_be_visible()
    page.get_by_role("button", name="标为可执行", exact=True).click()
    expect(page.locator(".fl-lint", has_text="not_executable")).to_have_count(0)
    expect(page.locator("[data-state-of]")).to_have_text("还没保存")
    assert drafts.find(company.person("owner"), key).content == DRAWING.encode()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    saved = drafts.find(company.person("owner"), key).content
    assert canonical(saved.replace(b'isExecutable="true"', b'isExecutable="false"')) == canonical(DRAWING.encode())


def test_somebody_elses_save_is_not_overwritten(page: Page, address: str, company: Company) -> None:
    guard_of(page).allow("status of 409")
    key = kept(company)
    edit(page, address, key)
    drafts.save(company.person("administrator"), key, DRAWING.replace("办理", "受理"), base=1)
    page.locator('[data-element-id="b"] .djs-hit').first.dblclick()
    page.keyboard.type("!")
    page.keyboard.press("Control+s")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("administrator")
    expect(alert.get_by_role("button", name="下载我的文件")).to_be_visible()
    assert "受理" in drafts.find(company.person("owner"), key).text


def test_a_drawing_without_a_picture_is_laid_out_to_be_opened(page: Page, address: str, company: Company) -> None:
    head, _, tail = DRAWING.partition("<di:BPMNDiagram")
    key = kept(company, head + tail.partition("</di:BPMNDiagram>")[2])
    edit(page, address, key)
    expect(page.locator('[data-element-id="x"]')).to_be_visible()


def test_the_next_version_changes_only_what_was_changed(page: Page, address: str, company: Company) -> None:
    """Also what is published stays as it was written, so that a team's version control shows what people did."""
    before = versions.source(versions.newest(company.person("owner"), "process", "payment_collection"))
    sign_in(page, address, "owner", PASSWORD)
    page.goto(f"{address}/studio/process/payment_collection")
    page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
    page.evaluate(
        "async () => { window.__source = await (await import(document.querySelector('meta[name=static-root]').content + '/lib/editing.js')).editors.get('editor').source(); }"
    )
    assert page.evaluate("window.__source") == before.decode()


PICTURES = {"drafts": "", "draft": "/{key}", "draft-editor": "/{key}/edit"}


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desk-light", "phone-dark"])
def test_pages_of_drafts_are_accessible_and_fit(
    new_page: Callable[..., Page], address: str, company: Company, width: int, dark: bool
) -> None:
    page, key = new_page(width=width, dark=dark), kept(company)
    sign_in(page, address, "owner", PASSWORD)
    for path in PICTURES.values():
        page.goto(f"{address}/studio/drafts{path.format(key=key)}")
        if width > 720 and page.locator("#frame").count():
            page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
        accessible(page, outside=[".fl-editor__in", "#panel"])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("name", PICTURES)
def test_pictures(new_page: Callable[..., Page], address: str, company: Company, name: str) -> None:
    key = kept(company)

    def look(page: Page) -> None:
        sign_in(page, address, "owner", PASSWORD, page.evaluate("navigator.language")[:2])
        page.goto(f"{address}/studio/drafts{PICTURES[name].format(key=key)}")
        page.wait_for_timeout(500)
        for place in page.locator("[data-island]").all():
            place.and_(page.locator("[data-mounted='1']")).wait_for(state="attached", timeout=30_000)
        page.wait_for_timeout(700)

    shots(new_page, f"studio-{name}", look)
