"""The after-sales domain: customers, devices, warranty, contracts, parts, quotes and cases."""

from flask import Flask

from app.config import Settings
from app.desk import context, handlers, mail, models, opening, pages, reports, search_keys
from app.desk.dispatch.board import ROLE
from app.desk.dispatch.moving import DIRECTING
from app.desk.mail.box import demo_box
from app.desk.pages import showing
from app.desk.queries.visible import sees_case
from app.engine import registry
from app.i18n import lazy_text as _l
from app.people import PROCESS_OWNER, STAFF, SUPERVISOR, allowed, current_person
from app.web.navigation import Item, register, shell_of

__all__ = ["init_app", "models"]


def init_app(app: Flask, settings: Settings) -> None:
    """Tell the engine what a case is and who does the desk's jobs; add the pages and their entries in the frame."""
    registry.register_context(app, "case", context.load, context.MEMBERS)
    registry.register_cover(app, "case", context.COVERED)
    registry.register_cases(app, opening.open_for, opening.close, sees_case)
    handlers.register(app)
    registry.register_sweep(app, reports.sweep)
    app.register_blueprint(pages.desk)
    app.register_blueprint(pages.cases)
    app.register_blueprint(pages.dispatch_board)
    app.register_blueprint(pages.letters)
    search_keys.init_sessions()
    mail.init_app(app, settings)
    showing.init_app(app)
    register(
        app,
        Item(endpoint="desk.index", label=_l("Desk"), icon="desk", order=20, shown=is_staff),
        Item(endpoint="cases.index", label=_l("Cases"), icon="case", order=30, shown=is_staff),
        Item(endpoint="dispatch.index", label=_l("Dispatch"), icon="truck", order=35, shown=deals_with_visits),
    )
    shell_of(app).account.extend(
        [
            Item(endpoint="letters.outbox", label=_l("Letters by mail"), icon="send", order=40, shown=sees_outbox),
            Item(endpoint="letters.wording", label=_l("Wording of letters"), icon="note", order=41, shown=is_owner),
            Item(endpoint="letters.box", label=_l("Mail folder (demo)"), icon="inbox", order=42, shown=has_box),
        ]
    )
    shell_of(app).finder = "desk.find"


def deals_with_visits() -> bool:
    """Tell whether the person sends others to customers, goes there, or leads them."""
    person = current_person()
    return allowed(person, SUPERVISOR) or (person is not None and not person.roles.isdisjoint({ROLE, *DIRECTING}))


def sees_outbox() -> bool:
    """Tell whether the person sees the outbox."""
    return allowed(current_person(), SUPERVISOR)


def is_owner() -> bool:
    """Tell whether the person reads what letters say."""
    return allowed(current_person(), PROCESS_OWNER)


def has_box() -> bool:
    """Tell whether letters end in a folder that the person may look into."""
    return is_staff() and demo_box() is not None


def is_staff() -> bool:
    """Tell whether the person works on requests."""
    return allowed(current_person(), STAFF)
