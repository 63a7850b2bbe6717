"""Durable execution of processes: everything that happens to them goes through the functions of this package.

Every function takes the acting `person` (app.people.person.Person) first, authorises, and is one transaction; inside
`app.db.transaction()` it joins the caller's. Failures are `app.errors` with codes `engine.…`.

* deploy: `deploy(person, files, note=, expected=, both_languages=)`, `lint(files)`, `File(name, content)`
* instances: `start_instance(person, process_id, variables, version=, definition_key=, start_event=, tags=)`,
  `cancel_instance(person, key, reason)`, `set_variables(person, key, variables, …)`, `modify_instance(person, key, …)`
* tasks: `complete_task(person, task_key, data)`, `claim_task`, `release_task(…, reason)`,
  `assign_task(…, username, reason=)`, `save_draft(…, data)`, `update_task(…, due_at=, follow_up_at=, priority=, …)`
* forms: `open_form(person, task_key)`, `preview_decision(person, task_key, verdict_id, data)`
* messages: `publish_message(person, name, correlation_key, variables, ttl=, message_id=)`,
  `correlate_message(…)`, `broadcast_signal(person, name, variables)`
* jobs: `activate_jobs(person, job_type, worker, timeout, maximum)`, `complete_job`, `fail_job`, `throw_job_error`
* incidents: `resolve_incident(person, incident_key, reason)`
* workers: `run_due(app)`, `Workers(app).start()/.stop()`
* reading: `app.engine.queries`; who may see what: `visible_instances(person)` and `app.engine.access`
* plugging in: `register_handler`, `register_context`, `register_cases`, `register_separation_check`
"""

from zoneinfo import ZoneInfo

from flask import Flask

from app import calendars
from app.config import Settings
from app.db import db
from app.engine import models
from app.engine.access import visible_instances
from app.engine.catalogue import ParsedFiles
from app.engine.deploy import Deployed, DeployResult, deploy, lint
from app.engine.gate import Checked, File, FileFinding
from app.engine.instances import Started, cancel_instance, modify_instance, set_variables, start_instance
from app.engine.memory import VariableMemory, listen
from app.engine.registry import (
    CaseLink,
    InstanceFacts,
    JobContext,
    Registry,
    Separation,
    register_cases,
    register_context,
    register_handler,
    register_separation_check,
)
from app.engine.tasks import assign_task, claim_task, complete_task, release_task, save_draft, update_task

__all__ = [
    "CaseLink",
    "Checked",
    "DeployResult",
    "Deployed",
    "File",
    "FileFinding",
    "InstanceFacts",
    "JobContext",
    "Separation",
    "Started",
    "assign_task",
    "cancel_instance",
    "claim_task",
    "complete_task",
    "deploy",
    "init_app",
    "lint",
    "models",
    "modify_instance",
    "register_cases",
    "register_context",
    "register_handler",
    "register_separation_check",
    "release_task",
    "save_draft",
    "set_variables",
    "start_instance",
    "update_task",
    "visible_instances",
]


def init_app(app: Flask, settings: Settings) -> None:
    """Give the app its engine: registry, memory, calendar functions in every expression."""
    registry = Registry()
    app.extensions["engine"] = registry
    app.extensions["engine_zone"] = ZoneInfo(settings.company.zone)
    app.extensions["engine_files"] = ParsedFiles()
    app.extensions["engine_memory"] = VariableMemory()
    calendars.register_functions(registry.functions, lambda: calendars.for_app(app))
    listen(db.session)
