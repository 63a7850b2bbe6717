"""What a migration's findings say, in the present language and with the names of the two versions."""

import typing as t
from collections.abc import Iterable, Mapping

from app import i18n
from app.db import db
from app.engine import catalogue
from app.engine.drawn_names import to_target
from app.kernel.model import ProcessModel


def names_in(*definition_keys: int | None) -> dict[str, str]:
    """Return how elements and flows of process versions are called; of the first version that has one."""
    found: dict[str, str] = {}
    for key in dict.fromkeys(definition_keys):
        if key is not None:
            version = catalogue.version_by_key(db.session, "process", key)
            found = _drawn(catalogue.process_model(db.session, version.sha256, version.id)) | found
    return found


def sentence(code: str, element_id: str | None, params: Mapping[str, t.Any], names: Mapping[str, str]) -> str:
    """Say one finding.

    :param names: what `names_in` returns for the two versions.
    """
    said: dict[str, t.Any] = dict(params)
    said["name"] = names.get(element_id or "", element_id or "")
    if "other" in said:
        said["other"] = names.get(said["other"], said["other"])
    if "cause" in said:
        said["cause"] = i18n.text(said["cause"], **{"place": said["name"], **said.pop("cause_params", {})})
    return i18n.text(code, **said)


def said(findings: Iterable[Mapping[str, t.Any]], *definition_keys: int | None) -> list[dict[str, t.Any]]:
    """Return findings as an answer holds them, each with its sentence as `message`.

    :param definition_keys: the versions that the findings are about, first the one that is left.
    """
    names = names_in(*definition_keys)
    return [{**one, "message": sentence(one["code"], one["element_id"], one["params"], names)} for one in findings]


def _drawn(model: ProcessModel) -> dict[str, str]:
    found = {model.id: i18n.localised({"zh": model.name, "en": model.name_en or ""}, model.id)}
    for element in model.elements.values():
        found[element.id] = i18n.localised({"zh": element.name, "en": element.name_en or ""}, element.id)
    for flow in model.flows.values():
        name = i18n.localised({"zh": flow.name, "en": flow.name_en or ""})
        found[flow.id] = name or to_target(found.get(flow.target, flow.target))
    return found
