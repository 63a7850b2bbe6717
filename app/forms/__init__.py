"""Forms: form-js JSON read once, checked, shown in two languages, and enforced again on the server."""

from app.forms.errors import Finding, FormInvalid, Message, SubmissionInvalid
from app.forms.form import Form, parse_form
from app.forms.model import Verdict

__all__ = ["Finding", "Form", "FormInvalid", "Message", "SubmissionInvalid", "Verdict", "parse_form"]
