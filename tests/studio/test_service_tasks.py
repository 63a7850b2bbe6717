"""The menus of the editor say what the handlers do, and what the reference says."""

import re
import typing as t

import pytest

from app.desk.service_tasks import SERVICE_TASKS
from app.desk.service_tasks.shapes import ServiceTask
from app.engine.registry import registry_of
from app.studio.choice_names import DOCUMENT, choice_name
from app.studio.element_templates import element_templates
from app.studio.standard_tasks import STANDARD_TASKS
from app.studio.template_heads import SCHEMA
from tests.company import ROOT, Company
from tests.studio.conftest import Enter

REFERENCE = (
    "service-tasks.md", "service-tasks-intake.md", "service-tasks-parts.md", "service-tasks-field.md",
    "service-tasks-care.md", "service-tasks-planning.md",
    "service-tasks-business.md",
)  # fmt: skip


def documented() -> dict[str, set[str]]:
    """Every name in the tables of the reference by job type: headers, inputs and outputs together."""
    found: dict[str, set[str]] = {}
    for name in REFERENCE:
        for line in (ROOT / "docs" / "reference" / name).read_text("utf-8").splitlines():
            cells = line.split("|")
            job = re.fullmatch(r"\s*`((?:desk|notice)\.\w+)`\s*", cells[1]) if len(cells) > 5 else None
            if job:
                plain = re.sub(r"\{.*?\}|\(.*?\)", "", "|".join(cells[2:5]))  # without the members of lists
                found.setdefault(job[1], set()).update(re.findall(r"`(\w+)`", plain))
    return found


def names(task: ServiceTask) -> set[str]:
    return {value.name for value in (*task.headers, *task.inputs, *task.outputs)}


def test_every_handler_is_described_and_every_description_has_a_handler(company: Company) -> None:
    assert {task.type for task in SERVICE_TASKS} == set(registry_of(company.app).handlers)


def test_the_descriptions_say_what_the_reference_says() -> None:
    reference = documented()
    assert set(reference) == {task.type for task in SERVICE_TASKS}
    missing = {task.type: sorted(reference[task.type] - names(task)) for task in SERVICE_TASKS}
    assert {job: gone for job, gone in missing.items() if gone} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_carries_what_the_modeler_needs(language: str) -> None:
    templates = element_templates(language)
    assert len({one["id"] for one in templates}) == len(templates) == len(SERVICE_TASKS) + len(STANDARD_TASKS)
    for template in templates:
        assert template["$schema"] == SCHEMA
        assert template["icon"]["contents"].startswith("data:image/svg+xml,")
        assert len(template["icon"]["contents"]) < 1000
    for template in templates[len(STANDARD_TASKS) :]:
        assert template["elementType"] == {"value": "bpmn:ServiceTask"}
        groups = {group["id"] for group in template["groups"]}
        labels = [one["label"] for one in template["properties"] if one["type"] != "Hidden"]
        assert all(labels)
        assert {one["group"] for one in template["properties"] if "group" in one} <= groups
        (job,) = [one["value"] for one in template["properties"] if one["type"] == "Hidden"]
        assert template["id"] == f"firstline.{job}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_of_a_setting_has_a_name(company: Company, language: str) -> None:
    with company.app.test_request_context():
        for task in SERVICE_TASKS:
            names = {code: choice_name(code, language) for value in task.headers for code in value.choices}
            assert not [code for code, name in names.items() if name in {"", f"{DOCUMENT}{code}"}], task.type


def test_the_address_answers_in_the_language_asked_for(enter: Enter) -> None:
    browser = enter("owner")

    def name(lang: str) -> t.Any:
        templates = browser.get(f"/studio/element-templates?lang={lang}").json
        return next(one["name"] for one in templates if one["id"] == "firstline.notice.send")

    assert (name("zh"), name("en"), name("xx")) == ("发通知", "Send a notice", "发通知")
