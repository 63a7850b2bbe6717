"""Letters by mail: the outbox for supervisors, the wording for owners, the folder of the demonstration."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.desk.mail import box as mailbox
from app.desk.mail import outbox as mail
from app.desk.mail import wording as words
from app.desk.mail.transport import the_transport
from app.desk.models.mail import MAIL_STATES
from app.desk.pages.blueprint import letters
from app.i18n import text as _
from app.people import PROCESS_OWNER, signed_in
from app.people.access import require

LOOKS = {"waiting": ("wait", "clock"), "sent": ("ok", "check"), "dead": ("bad", "stop"), "dropped": ("", "no")}
ALONE = (
    "default-src 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)
"""A letter is shown by itself: it may lead somewhere when it is pressed, and load or run nothing."""


@letters.get("")
def outbox() -> str:
    """List letters, those of one state when the address names it."""
    state = request.args.get("state", "")
    found = mail.letters(signed_in(), state if state in MAIL_STATES else "", request.args.get("before", type=int))
    return render_template(
        "desk/outbox.html",
        rows=found[: mail.PAGE],
        before=found[mail.PAGE - 1].letter.id if len(found) > mail.PAGE else None,
        state=state,
        states=MAIL_STATES,
        looks=LOOKS,
        off=the_transport() is None,
    )


@letters.post("/<int:mail_id>/again")
def send_again(mail_id: int) -> AnyResponse:
    """Put a letter that was given up back into the queue."""
    mail.send_again(signed_in(), mail_id)
    flash(_("The letter is sent again"), "ok")
    return redirect(url_for("letters.outbox", state=request.form.get("state") or None), 303)


@letters.get("/wording")
def wording() -> str:
    """Show what every letter says, in both languages."""
    require(signed_in(), PROCESS_OWNER)
    return render_template("desk/wording.html", letters=list(words.all_wording()))


@letters.get("/folder")
def box() -> str:
    """List the letters of the demonstration's folder; there is no such page elsewhere."""
    return render_template("desk/mail_folder.html", letters=mailbox.letters_in_box())


@letters.get("/folder/<int:number>")
def letter(number: int) -> Response:
    """Show a letter as a mail program would."""
    answer = make_response(mailbox.letter_in_box(number).html)
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
