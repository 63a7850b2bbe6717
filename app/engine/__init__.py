"""Durable execution of processes: everything that happens to them goes through the functions of this package.

Every function takes the acting `person` (app.people.person.Person) first, authorises, and is one transaction; inside
`app.db.transaction()` it joins the caller's. Failures are `app.errors` with codes `engine.…`.

* deploy: `deploy(person, files, note=, expected=, both_languages=)`, `lint(files)`, `File(name, content)`
* instances: `start_instance(person, process_id, variables, version=, definition_key=, start_event=, tags=)`,
  `cancel_instance(person, key, reason)`, `set_variables(person, key, variables, …)`
* at rest: `suspend_instance(person, key, reason)`, `resume_instance(…)`
* tokens by hand: `Modification(cancel, place)`, `preview_modification(person, key, modification)`,
  `modify_instance(person, key, modification, reason, seen=)`, `live_steps(person, key)`, `beginnings(elements)`
* to another version: `MigrationPlan(target, mapping, renewed, rebind)`, `migration_verdict(person, key, plan)`,
  `migrate_instance(person, key, plan, reason)`, `migration_verdicts(person, instances, plan, limit=)`
* on many instances, worked by the workers: `order_migration(person, instances, plan, reason)`,
  `order_batch(person, kind, instances, reason, plan)` for every kind of `batch_kinds.KINDS`, `act_once(…)` for one
  instance, `concerned(…)` and `try_batch(…)` for what it would do, `stop_batch(person, key)`, `resume_batch(…)`
* tasks: `complete_task(person, task_key, data)`, `claim_task`, `release_task(…, reason)`,
  `assign_task(…, username, reason=)`, `save_draft(…, data)`, `update_task(…, due_at=, follow_up_at=, priority=, …)`
  `delegate_task(person, task_key, username, until=)` and `return_task(person, task_key, remark)`,
  `await_verdict(task_key)` after these, for whoever has to know what the listeners of a task say
* forms: `open_form(person, task_key)`, `preview_decision(person, task_key, verdict_id, data)`, `compute_in_form(…)`
* messages: `publish_message(person, name, correlation_key, variables, ttl=, message_id=)`,
  `correlate_message(…)`, `broadcast_signal(person, name, variables)`; `leave_message(session, name, correlation_key)`
  for whoever writes last, `waits_for(name, correlation_key)`
* jobs: `activate_jobs(person, job_type, worker, timeout, maximum)`, `jobs_wait(job_type)`, `complete_job`, `fail_job`,
  `throw_job_error`
* answers from outside: `open_answer(person, subscription_key)`, `record_answer(person, subscription_key, data)`
* remarks and files at a `Place(case_id=, instance_key=, task_key=)`: `add_comment`, `comments_at`,
  `mentionable(person, place, typed)`, `watch_case(person, case_id, on=)`, `attach`,
  `attachments_at`, `get_attachment`, `read_attachment`, `remove_attachment`
* trying out: `evaluate_expression(person, expression, variables)`, `evaluate_decision(person, variables, …)`
* incidents: `resolve_incident(person, incident_key, reason)`
* after a restore: `held.held(person)`, `held.release(person, kinds, process_id=, element_id=, reason=)`
* workers: `run_due(app)` or, within an app context, its halves `catch_up()` and `keep_house()`;
  `Workers(app).start()/.stop()`; `Crier(app)` in a process that leaves the work to others
* reading: `app.engine.queries`; who may see what: `visible_instances(person)` and `app.engine.access`
* plugging in: `register_handler`, `register_context`, `register_cases`, `live_roots(case_id)`
"""

from zoneinfo import ZoneInfo

from flask import Flask

from app import calendars
from app.config import Settings
from app.db import db
from app.engine import held, models, queries
from app.engine.access import visible_instances
from app.engine.across import Crier
from app.engine.answers import OpenAnswer, compute_in_answer, open_answer, record_answer
from app.engine.asking import await_verdict
from app.engine.attachments import (
    attach,
    attach_from_outside,
    attachments_at,
    get_attachment,
    read_attachment,
    remove_attachment,
)
from app.engine.batches import (
    Trial,
    act_once,
    concerned,
    order_batch,
    order_migration,
    resume_batch,
    stop_batch,
    try_batch,
)
from app.engine.catalogue import ParsedFiles
from app.engine.comments import add_comment, comments_at, mentionable
from app.engine.delegating import delegate_task, return_task
from app.engine.delivery import Delivered
from app.engine.deploy import Deployed, DeployResult, deploy, lint
from app.engine.evaluating import Decision, evaluate_decision, evaluate_expression
from app.engine.families import move_case
from app.engine.forms import OpenForm, compute_in_form, open_form, preview_decision
from app.engine.gate import Checked, File, FileFinding
from app.engine.incidents import resolve_incident
from app.engine.instances import Started, cancel_instance, set_variables, start_instance
from app.engine.jobs import (
    ActivatedJob,
    activate_jobs,
    complete_job,
    extend_lease,
    fail_job,
    jobs_wait,
    throw_job_error,
)
from app.engine.memory import VariableMemory, listen
from app.engine.messages import broadcast_signal, correlate_message, leave_message, publish_message, waits_for
from app.engine.migration import (
    MigrationPlan,
    Verdict,
    migrate_instance,
    migration_verdict,
    migration_verdicts,
)
from app.engine.modification import (
    Consequences,
    Modification,
    beginnings,
    live_steps,
    modify_instance,
    preview_modification,
)
from app.engine.places import Place
from app.engine.recounting import Recount, Recounted, preview_recount, recount_deadlines
from app.engine.registry import (
    CaseLink,
    InstanceFacts,
    JobContext,
    Registry,
    TaskFacts,
    register_cases,
    register_context,
    register_cover,
    register_handler,
    register_sweep,
)
from app.engine.steps import OpenSteps, open_steps, start_steps
from app.engine.submission import Opinion
from app.engine.suspension import resume_instance, suspend_instance
from app.engine.tasks import assign_task, claim_task, complete_task, release_task, save_draft, update_task
from app.engine.watching import watch_case, watches
from app.engine.workers import Workers, catch_up, keep_house, run_due
from app.engine.writing import live_roots
from app.kernel import NO_OBJECTION, Answer, BpmnError
from app.people import functions as people_functions

__all__ = [
    "NO_OBJECTION",
    "ActivatedJob",
    "Answer",
    "BpmnError",
    "CaseLink",
    "Checked",
    "Consequences",
    "Crier",
    "Decision",
    "Delivered",
    "DeployResult",
    "Deployed",
    "File",
    "FileFinding",
    "InstanceFacts",
    "JobContext",
    "MigrationPlan",
    "Modification",
    "OpenAnswer",
    "OpenForm",
    "OpenSteps",
    "Opinion",
    "Place",
    "Recount",
    "Recounted",
    "Started",
    "TaskFacts",
    "Trial",
    "Verdict",
    "Workers",
    "act_once",
    "activate_jobs",
    "add_comment",
    "assign_task",
    "attach",
    "attach_from_outside",
    "attachments_at",
    "await_verdict",
    "beginnings",
    "broadcast_signal",
    "cancel_instance",
    "catch_up",
    "claim_task",
    "comments_at",
    "complete_job",
    "complete_task",
    "compute_in_answer",
    "compute_in_form",
    "concerned",
    "correlate_message",
    "delegate_task",
    "deploy",
    "evaluate_decision",
    "evaluate_expression",
    "extend_lease",
    "fail_job",
    "get_attachment",
    "held",
    "init_app",
    "jobs_wait",
    "keep_house",
    "leave_message",
    "lint",
    "live_roots",
    "live_steps",
    "mentionable",
    "migrate_instance",
    "migration_verdict",
    "migration_verdicts",
    "models",
    "modify_instance",
    "move_case",
    "open_answer",
    "open_form",
    "open_steps",
    "order_batch",
    "order_migration",
    "preview_decision",
    "preview_modification",
    "preview_recount",
    "publish_message",
    "queries",
    "read_attachment",
    "record_answer",
    "recount_deadlines",
    "register_cases",
    "register_context",
    "register_cover",
    "register_handler",
    "register_sweep",
    "release_task",
    "remove_attachment",
    "resolve_incident",
    "resume_batch",
    "resume_instance",
    "return_task",
    "run_due",
    "save_draft",
    "set_variables",
    "start_instance",
    "start_steps",
    "stop_batch",
    "suspend_instance",
    "throw_job_error",
    "try_batch",
    "update_task",
    "visible_instances",
    "waits_for",
    "watch_case",
    "watches",
]


def init_app(app: Flask, settings: Settings) -> None:
    """Give the app its engine: registry, memory, calendar functions in every expression."""
    registry = Registry()
    app.extensions["engine"] = registry
    app.extensions["engine_zone"] = ZoneInfo(settings.company.zone)
    app.extensions["engine_files"] = ParsedFiles()
    app.extensions["engine_memory"] = VariableMemory()
    calendars.register_functions(registry.functions, lambda: calendars.for_app(app))
    people_functions.register_functions(registry.functions, people_functions.staff, people_functions.open_units)
    listen(db.session)
