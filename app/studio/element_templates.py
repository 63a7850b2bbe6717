"""Element templates of service tasks and standard steps, so that authors choose “send a notice” and fill in fields."""

from app.desk.service_tasks import SERVICE_TASKS
from app.desk.service_tasks.shapes import ServiceTask, Value
from app.studio.choice_names import choice_name
from app.studio.standard_tasks import standard_templates
from app.studio.template_heads import Template, head

WORDS = {
    "zh": {
        "category": "首问服务任务",
        "header": "设置",
        "input": "输入",
        "output": "输出",
        "result": "结果存入变量“%s”",
    },
    "en": {
        "category": "Firstline service tasks",
        "header": "Settings",
        "input": "Inputs",
        "output": "Outputs",
        "result": "%s goes into variable",
    },
}


def element_templates(language: str) -> list[Template]:
    """Return the templates with labels in a language."""
    return [*standard_templates(language), *(_template(task, language) for task in SERVICE_TASKS)]


def _template(task: ServiceTask, language: str) -> Template:
    words = WORDS[language]
    groups = [("header", task.headers), ("input", task.inputs), ("output", task.outputs)]
    job_type = {"type": "Hidden", "value": task.type, "binding": {"type": "zeebe:taskDefinition", "property": "type"}}
    category = {"id": "firstline", "name": words["category"]}
    return head(f"firstline.{task.type}", task, language, category) | {
        "appliesTo": ["bpmn:Task"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "groups": [{"id": name, "label": words[name]} for name, values in groups if values],
        "properties": [
            job_type,
            *(_header(one, language) for one in task.headers),
            *(_input(one, language) for one in task.inputs),
            *(_output(one, language) for one in task.outputs),
        ],
    }


def _header(value: Value, language: str) -> Template:
    field: Template = {
        "id": f"header_{value.name}",
        "label": value.names[language],
        "group": "header",
        "type": "Dropdown" if value.choices else "String",
        "binding": {"type": "zeebe:taskHeader", "key": value.name},
    }
    if value.choices:
        field["choices"] = [{"name": choice_name(code, language), "value": code} for code in value.choices]
    return field | _demand(value)


def _input(value: Value, language: str) -> Template:
    field = {
        "id": f"input_{value.name}",
        "label": value.names[language],
        "group": "input",
        "type": "Boolean" if value.truth else "String",
        "feel": "optional",
        "binding": {"type": "zeebe:input", "name": value.name},
    }
    return field | _demand(value)


def _output(value: Value, language: str) -> Template:
    label = WORDS[language]["result"] % value.names[language]
    return {
        "id": f"output_{value.name}",
        "label": label,
        "group": "output",
        "type": "String",
        "binding": {"type": "zeebe:output", "source": f"={value.name}"},
        "optional": True,
    }


def _demand(value: Value) -> Template:
    """What is not demanded may stay empty and then leaves no trace in the file. Headers have no such choice of it."""
    return {"constraints": {"notEmpty": True}} if value.required else {"optional": True}
