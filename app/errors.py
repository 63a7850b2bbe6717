"""What can go wrong, as codes. The sentences stand in the translation catalogues, one per code and language."""

import typing as t


class FirstlineError(Exception):
    """A failure a caller can act on.

    Attributes:
        code: msgid of the sentence in the catalogues, e.g. `engine.task_already_completed`.
        params: values for the sentence's `%(name)s` places.
        status: HTTP status for the API and the pages.
    """

    status = 500

    def __init__(self, code: str, **params: t.Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


class BadRequest(FirstlineError):
    """The request cannot be understood."""

    status = 400


class Unauthorized(FirstlineError):
    """Nobody is signed in, or the credential is wrong."""

    status = 401


class Forbidden(FirstlineError):
    """The person has no right to do this."""

    status = 403


class NotFound(FirstlineError):
    """There is no such thing, or the person may not know of it."""

    status = 404


class Gone(FirstlineError):
    """It was here and is not any more."""

    status = 410


class Conflict(FirstlineError):
    """Somebody or something was faster, or the state does not allow it."""

    status = 409


class Hindered(Conflict):
    """The state does not allow it, for reasons that can be named one by one.

    Attributes:
        findings: list of JSON-able findings (code, element_id, params, severity).
    """

    def __init__(self, code: str, *, findings: t.Sequence[t.Any], **params: t.Any) -> None:
        super().__init__(code, **params)
        self.findings = list(findings)


class Unavailable(FirstlineError):
    """Something we stand on cannot serve just now. Nothing was done.

    Attributes:
        retry_after: seconds after which trying again may be worth while.
    """

    status = 503

    def __init__(self, code: str, *, retry_after: int, **params: t.Any) -> None:
        super().__init__(code, **params)
        self.retry_after = retry_after


class TooMany(FirstlineError):
    """It came too often.

    Attributes:
        retry_after: seconds after which it is let in again.
    """

    status = 429

    def __init__(self, code: str, *, retry_after: int, **params: t.Any) -> None:
        super().__init__(code, **params)
        self.retry_after = retry_after


class Uncertain(FirstlineError):
    """Nobody can say whether it was done. Not 503, because programs repeat that by themselves."""

    status = 504


class Invalid(FirstlineError):
    """The content breaks a rule.

    Attributes:
        fields: field path → list of (code, params), for showing beside each field.
        findings: list of JSON-able findings (code, element_id, params, severity) of a deploy gate.
    """

    status = 422

    def __init__(
        self,
        code: str,
        *,
        fields: t.Mapping[str, t.Sequence[tuple[str, t.Mapping[str, t.Any]]]] | None = None,
        findings: t.Sequence[t.Any] = (),
        **params: t.Any,
    ) -> None:
        super().__init__(code, **params)
        self.fields = dict(fields or {})
        self.findings = list(findings)
