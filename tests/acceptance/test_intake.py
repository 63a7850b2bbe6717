"""A request for which no process is there yet."""

import sqlalchemy as sa

from app.db import db
from app.desk import queries
from app.engine.models import StartSubscription
from tests.company import PHONE, Company
from tests.conftest import both_databases
from tests.play import Play

pytestmark = both_databases

REQUEST = {"channel": "phone", "severity": "degraded", "fault_description": "没有声音"}


def test_a_process_that_is_not_in_the_library_yet_leaves_an_incident_and_the_case_open(
    play: Play, company: Company
) -> None:
    db.session.execute(sa.delete(StartSubscription).where(StartSubscription.process_id == "product_training"))
    db.session.commit()
    case_id = play.start("service_request_intake", "caller", caller_number=PHONE)
    contact = play.variables("service_request_intake")["match"]["contact_id"]
    play.do("s050_confirm_data", "caller", contact_id=contact)
    play.do("s090_record_request", "caller", **REQUEST, request_class="training")
    assert [(code, params["process"]) for _, code, params in play.incidents()] == [
        ("engine.nothing_to_start", "product_training")
    ]
    assert play.case(case_id).status == "accepted"
    told = queries.story_of(company.person("caller"), case_id)
    assert [incident.code for incident in told.incidents] == ["engine.nothing_to_start"]
    assert "stuck" in {entry.code for entry in told.timeline}
