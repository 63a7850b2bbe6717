"""Text to tokens. Keywords are not told apart here: whether `and` is a word of a name only the parser knows."""

import re
from typing import NamedTuple

from app.feel.errors import FeelSyntaxError, position_in

MAX_SOURCE = 100_000

_NAME_START = r"[^\W\d]|[\U00010000-\U000EFFFF]"
_NAME_PART = r"[\w\u00b7\u0300-\u036f\u203f\u2040]|[\U00010000-\U000EFFFF]"
_TOKEN = re.compile(
    rf"""
    (?P<space>  (?: [\s\u180e\u200b\ufeff]+ | //[^\n]* | /\*.*?\*/ )+ )
  | (?P<open>   /\* )
  | (?P<at>     @\s*"(?:[^"\\]|\\.)*" )
  | (?P<string> "(?:[^"\\]|\\.)*" )
  | (?P<quoted> `[^`]+` )
  | (?P<number> \d+(?:\.\d+)?(?:[eE][+-]?\d+)? | \.\d+(?:[eE][+-]?\d+)? )
  | (?P<name>   (?:{_NAME_START})(?:{_NAME_PART})* )
  | (?P<op>     \*\* | \.\. | <= | >= | != | -> | [-+*/<>=()\[\]{{}},:.?'] )
  | (?P<other>  . )
    """,
    re.VERBOSE | re.DOTALL,
)
# One name as people write it: words with single spaces between them.
WORDS = re.compile(rf"(?:{_NAME_START})(?:{_NAME_PART})*(?: (?:{_NAME_START})(?:{_NAME_PART})*)*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def tokens_of(source: str) -> list[Token]:
    if len(source) > MAX_SOURCE:
        raise FeelSyntaxError("feel.syntax.too_long", position_in(source, 0), {"limit": MAX_SOURCE})
    tokens = []
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup or "other"
        if kind == "space":
            continue
        if kind == "open":
            raise FeelSyntaxError("feel.syntax.open_comment", position_in(source, match.start()))
        if kind == "other" and match[0] == '"':
            raise FeelSyntaxError("feel.syntax.open_string", position_in(source, match.start()))
        tokens.append(Token(kind, match[0], match.start(), match.end()))
    tokens.append(Token("end", "", len(source), len(source)))
    return tokens


def words_of(name: str) -> tuple[str, ...]:
    """The token texts that a declared name with spaces or punctuation consists of."""
    return tuple(token.text for token in tokens_of(name)[:-1])


def unescaped(quoted: str) -> str:
    """The content of a string literal, its quotes taken off."""
    body = quoted[1:-1]
    if "\\" not in body:
        return body
    text = _ESCAPE.sub(_unescape, body)
    # Two escapes may together spell one character beyond the basic plane.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else match[0]
    return _ESCAPED.get(match[3], match[0])
