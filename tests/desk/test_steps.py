"""Steps of an ad-hoc sub-process on the page of their case."""

import sqlalchemy as sa

from app import engine
from app.db import db
from app.desk.models import Case
from app.engine.models import UserTask
from tests.company import Company
from tests.desk.conftest import As
from tests.engine.diagrams import END, START, bpmn, chain, user


def visit_case(company: Company) -> str:
    """The number of a case whose process lets people choose what to do."""
    steps = user("measure", name="测量").replace(
        "<zeebe:userTask/>",
        '<zeebe:userTask/><zeebe:properties><zeebe:property name="name:en" value="Measure"/></zeebe:properties>',
    )
    inside = f"<extensionElements><zeebe:adHoc/></extensionElements>{steps}"
    ad_hoc = f'<adHocSubProcess id="visit" name="上门检查">{inside}</adHocSubProcess>'
    file = engine.File("visiting.bpmn", bpmn("visiting", chain(START, ad_hoc, END)))
    engine.deploy(company.person("owner"), [file])
    started = engine.start_instance(company.person("agent"), "visiting")
    return db.session.get(Case, started.case_id).case_no


def test_a_step_is_started_from_the_page_of_the_case(browse: As, company: Company) -> None:
    case_no = visit_case(company)
    client = browse("agent")
    page = client.get(f"/cases/{case_no}").text
    assert "Steps that can be started:" in page
    assert "Measure" in page
    key = page.split('id="startable-')[1].split('"')[0]
    answer = client.post(f"/cases/{case_no}/steps/{key}", data={"step": "measure"}, follow_redirects=True)
    assert "Step started" in answer.text
    assert db.session.scalars(sa.select(UserTask.element_id)).all() == ["measure"]
    refused = client.post(f"/cases/{case_no}/steps/{key}", data={"step": "ghost"}, follow_redirects=True)
    assert "“ghost” is no step that can be started there." in refused.text
    assert "可以开始的步骤：" in browse("agent", "zh").get(f"/cases/{case_no}").text
