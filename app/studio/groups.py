"""How the remarks on a draft are grouped, and which of them can be helped at a press."""

GROUPS = ("missing", "wrong", "foreign", "open", "picture", "hint")
"""In the order in which they are worked off."""

_NAMELESS = frozenset((
    "activation_missing", "called_process_missing", "code_missing", "condition_missing", "decision_missing",
    "empty_scope", "flow_without_condition", "job_type_missing", "loop_without_collection", "loop_without_end",
    "message_missing", "script_missing", "signal_missing", "task_without_type", "timer_without_time",
))  # fmt: skip
"""Left open by the drawing: people can do it until it is filled in."""
_MISSING = _NAMELESS | frozenset((
    "boundary_without_event", "catch_without_event", "event_subprocess_start", "form_without_id", "handler_missing",
    "loop_output_incomplete", "mapping_without_source", "mapping_without_target", "no_process", "not_executable",
    "nothing_to_start_at", "process_without_id", "result_variable_missing",
))  # fmt: skip
_FOREIGN = frozenset((
    "foreign_assignment", "foreign_call", "foreign_date", "foreign_decision", "foreign_expression",
    "foreign_extension", "foreign_form", "foreign_listener", "foreign_loop", "foreign_mapping", "foreign_script",
    "foreign_setting", "foreign_work", "not_an_expression", "performer_not_read", "unsupported_attribute",
    "unsupported_element", "unsupported_event", "unsupported_extension",
))  # fmt: skip
_OPEN = frozenset((
    "by_hand", "chosen_by_hand", "named_by_element", "once_by_hand", "started_by_hand", "taken_otherwise",
    "told_by_hand",
))  # fmt: skip
_PICTURE = frozenset(("import_not_read", "no_picture", "several_pools", "shape_misplaced", "shape_missing"))

_FIXES = {
    "not_executable": "executable",
    "no_picture": "layout",
    "shape_missing": "layout",
    "shape_misplaced": "layout",
    "foreign_setting": "settings",
}
"""Code of a finding → what can be done about it at a press; see `fixes`."""


def group_of(code: str, severity: str) -> str:
    """The group of a finding by the last part of its code."""
    for name, codes in (("missing", _MISSING), ("foreign", _FOREIGN), ("open", _OPEN), ("picture", _PICTURE)):
        if code in codes:
            return name
    return "wrong" if severity == "error" else "hint"


def fix_of(code: str) -> str:
    """The name of what can be done about a finding at a press; empty for most."""
    return _FIXES.get(code, "")


def is_left_open(code: str) -> bool:
    """Whether people could do what is missing until it is filled in."""
    return code in _NAMELESS
