"""What the page of an instance says about tokens for which no row says what they wait for."""

from app import engine
from tests.cockpit.conftest import As
from tests.company import Company
from tests.engine.diagrams import END, START, bpmn, chain


def started(company: Company, file: bytes, **variables: object) -> int:
    engine.deploy(company.person("owner"), [engine.File("waiting.bpmn", file)])
    return engine.start_instance(company.person("agent"), "waiting", variables).key


def page_of(browse: As, key: int, language: str = "en") -> str:
    return browse("supervisor", language).get(f"/cockpit/instances/{key}").get_data(as_text=True)


def test_a_condition_is_waited_for(browse: As, company: Company) -> None:
    catch = (
        '<intermediateCatchEvent id="paid" name="款已付清"><conditionalEventDefinition>'
        "<condition>=paid = total</condition></conditionalEventDefinition></intermediateCatchEvent>"
    )
    key = started(company, bpmn("waiting", chain(START, catch, END)), total=30)
    assert "“款已付清” waits until its condition holds." in page_of(browse, key)
    assert "“款已付清”在等条件成立。" in page_of(browse, key, "zh")


def test_a_choice_is_waited_for(browse: As, company: Company) -> None:
    inside = '<extensionElements><zeebe:adHoc/></extensionElements><userTask id="look" name="看一下"/>'
    ad_hoc = f'<adHocSubProcess id="visit" name="上门检查">{inside}</adHocSubProcess>'
    key = started(company, bpmn("waiting", chain(START, ad_hoc, END)))
    assert "“上门检查” waits for somebody to choose the next step" in page_of(browse, key)
    assert "ad-hoc sub-process" in page_of(browse, key)
    assert "“上门检查”在等人到案件页选择下一步。" in page_of(browse, key, "zh")
