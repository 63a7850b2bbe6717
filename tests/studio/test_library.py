"""The library: who sees it, what it lists and how one finds something in it."""

import pytest

from tests.studio.conftest import Enter

PAGES = (
    "/studio",
    "/studio/decisions",
    "/studio/forms",
    "/studio/service-tasks",
    "/studio/process/outlet_intake_repair",
    "/studio/process/outlet_intake_repair/versions",
    "/studio/process/outlet_intake_repair/v1",
    "/studio/decision/warranty_eligibility",
    "/studio/decision/warranty_eligibility/v1",
    "/studio/form/repair_slip",
    "/studio/form/repair_slip/v1",
    "/studio/decision/warranty_eligibility/v1/file",
    "/studio/element-templates",
)
WRITING = ("/studio/upload", "/studio/new/process?id=x_1&name=x")


@pytest.mark.parametrize(
    ("who", "reading", "writing"),
    [("owner", 200, 200), ("administrator", 200, 200), ("outlet_head", 200, 403), ("agent", 403, 403), ("stranger", 403, 403)],
)  # fmt: skip
def test_owners_edit_supervisors_read_and_staff_stay_out(enter: Enter, who: str, reading: int, writing: int) -> None:
    browser = enter(who)
    assert {path: browser.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, reading)
    assert {path: browser.get(path).status_code for path in WRITING} == dict.fromkeys(WRITING, writing)


def test_nobody_is_asked_to_sign_in(enter: Enter) -> None:
    browser = enter(None)
    for path in (*PAGES, *WRITING):
        answer = browser.get(path)
        assert (answer.status_code, "/sign-in" in answer.location) == (303, True), path
