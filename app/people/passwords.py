"""Password hashes (argon2id) and what a password must be like."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Invalid

MINIMUM = 10
MAXIMUM = 200

# OWASP's second argon2id setting. The library's default of 64 MiB per check would let eight simultaneous
# sign-ins take half a gigabyte, which small machines do not have.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _HASHER.hash("the hash that unknown names are checked against")


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Check a password. It takes as long for an unknown name or an account without password (None or empty)."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def require_good(password: str, username: str, *, field: str = "password") -> None:
    """Raise Invalid for a password that is too short, too long or the username itself."""
    if len(password) < MINIMUM:
        code = "people.password_too_short"
    elif len(password) > MAXIMUM:
        code = "people.password_too_long"
    elif password.strip().lower() == username.lower():
        code = "people.password_is_username"
    else:
        return
    params = {"least": MINIMUM, "most": MAXIMUM, "length": len(password)}
    raise Invalid("people.invalid", fields={field: [(code, params)]})
