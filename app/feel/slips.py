"""What people write who think of another language, or whose keyboard writes Chinese punctuation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.feel.lexer import Token

# By the characters that stand together: the code of the sentence that says what FEEL writes instead.
_TOGETHER = {
    "==": "feel.slip.equal",
    "&&": "feel.slip.and",
    "||": "feel.slip.or",
    ":=": "feel.slip.assign",
    "<>": "feel.slip.unequal",
    "=>": "feel.slip.at_least",
    "=<": "feel.slip.at_most",
}
_ALONE = {
    "&": "feel.slip.and",
    "|": "feel.slip.or",
    "!": "feel.slip.not",
    "'": "feel.slip.quotes",
    "%": "feel.slip.modulo",
    "?": "feel.slip.choice",
    ";": "feel.slip.separator",
}
# Characters of other keyboards and word processors, and what they are here.
_LOOKALIKES = {
    **dict(zip("（）［］｛｝，：．＝＞＜＋－＊／？", "()[]{},:.=><+-*/?", strict=True)),
    **dict.fromkeys("“”„‘’「」『』", '"'),
    "；": ",",
    "、": ",",
    "。": ".",
    "【": "[",
    "】": "]",
    "×": "*",
    "÷": "/",
    "–": "-",
    "—": "-",
    "−": "-",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
}


class Slip(NamedTuple):
    code: str
    token: Token
    params: dict[str, str]


def slip_at(tokens: Sequence[Token], index: int) -> Slip | None:
    """The usual slip at a token that cannot stand where it stands, or that ends with it."""
    token = tokens[index]
    lookalike = _LOOKALIKES.get(token.text)
    if lookalike is not None:
        return Slip("feel.slip.lookalike", token, {"found": token.text, "expected": lookalike})
    for first in (index, index - 1):
        if first >= 0 and first + 1 < len(tokens):
            together = tokens[first].text + tokens[first + 1].text
            if together in _TOGETHER and tokens[first].end == tokens[first + 1].start:
                return Slip(_TOGETHER[together], tokens[first], {"found": together})
    code = _ALONE.get(token.text)
    return Slip(code, token, {"found": token.text}) if code else None
