"""States of instances and of steps, in words."""

from app.i18n import lazy_text as _l

INSTANCE_STATES = {
    "active": _l("Running"),
    "completed": _l("Completed"),
    "cancelled": _l("Cancelled"),
    "error": _l("Ended by an error"),
}
STEP_STATES = {"active": _l("here now"), "completed": _l("done"), "cancelled": _l("cancelled")}


def state_name(state: str) -> str:
    """Return an instance's state in words."""
    return str(INSTANCE_STATES.get(state, state))


def step_state(state: str) -> str:
    """Return the state of one activation in words."""
    return str(STEP_STATES.get(state, state))
