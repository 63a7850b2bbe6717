"""Reading names, which may consist of several words.

Two words in a row are never anything else in FEEL, so `first name` is one name without any declaration. A name
that contains punctuation, digits of their own or a keyword (`date and time`, `Pre-check`) must be known before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from app.feel.lexer import WORDS, Token, tokens_of, words_of
from app.feel.reading import TokenReader

KEYWORDS = frozenset(
    {
        "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "function", "external",
        "and", "or", "between", "instance", "true", "false", "null",
    }
)  # fmt: skip
KnownNames: TypeAlias = dict[str, list[tuple[str, ...]]]
# The names of the language itself that contain a keyword, by their first word.
_BUILT_IN: KnownNames = {
    "date": [("date", "and", "time")],
    "years": [("years", "and", "months", "duration")],
    "days": [("days", "and", "time", "duration")],
    "get": [("get", "or", "else")],
}
_IN_NAMES = frozenset("+-*/.'")
# Keywords that end a name where it is declared; others, as in `terms and conditions`, may be part of it.
_AFTER_NAMES = frozenset({"in", "return", "satisfies", "then", "else"})


def needs_declaration(name: str) -> bool:
    """Whether the parser recognises the name only when it is told of it."""
    return any(token.kind != "name" or token.text in KEYWORDS for token in tokens_of(name)[:-1])


def is_plain(name: str) -> bool:
    """Whether the name is read as it stands, without backticks around it and without a declaration."""
    if not WORDS.fullmatch(name):
        return False
    words = tuple(name.split(" "))
    return words in _BUILT_IN.get(words[0], ()) or KEYWORDS.isdisjoint(words)


class NameReader(TokenReader):
    def __init__(self, source: str, tokens: list[Token], names: Iterable[str]) -> None:
        super().__init__(source, tokens)
        self._known: KnownNames = {first: list(rest) for first, rest in _BUILT_IN.items()}
        for name in names:
            self.learn(name)

    def known(self) -> KnownNames:
        """A copy of the names that are known by now."""
        return {first: list(rest) for first, rest in self._known.items()}

    def restart(self, known: KnownNames) -> None:
        """Begins to read anew, with the names that were known then."""
        self.go_to(0)
        self._known = known

    def learn(self, name: str) -> None:
        """From here on the name is recognised, whatever it contains."""
        words = words_of(name)
        if len(words) > 1 or (words and words[0] in KEYWORDS):
            candidates = self._known.setdefault(words[0], [])
            if words not in candidates:
                candidates.append(words)
                candidates.sort(key=len, reverse=True)

    def _known_words(self) -> int:
        """How many tokens from here spell the longest known name."""
        for words in self._known.get(self.token.text, ()):
            found = self.tokens[self.index : self.index + len(words)]
            if len(found) == len(words) and all(t.text == w for t, w in zip(found, words, strict=True)):
                return len(words)
        return 0

    def at_known_name(self) -> bool:
        return self._known_words() > 0

    def name(self) -> str:
        if self.token.kind == "quoted":
            return self.advance().text[1:-1]
        count = self._known_words()
        if count:
            return self._joined(count)
        if self.token.kind != "name":
            raise self.wrong("feel.syntax.name")
        count = 1
        while self._is_word(self.tokens[self.index + count]):
            count += 1
        return self._joined(count)

    @staticmethod
    def _is_word(token: Token) -> bool:
        return token.kind == "name" and token.text not in KEYWORDS

    def member(self) -> str:
        """The name after a dot, which may be a keyword too."""
        return self.name()

    def _joined(self, count: int) -> str:
        first = self.token
        for _ in range(count):
            last = self.advance()
        return " ".join(self.source[first.start : last.end].split())

    def declared_name(self) -> str:
        """A name at the place that introduces it; everything up to the next delimiter belongs to it."""
        if self.token.kind == "quoted":
            return self.advance().text[1:-1]
        count = self._declared_words()
        if not count or self.token.text in KEYWORDS:
            raise self.wrong("feel.syntax.name")
        name = self._joined(count)
        self.learn(name)
        return name

    def _declared_words(self) -> int:
        if self.token.kind != "name":
            return 0
        count = 1
        while True:
            token = self.tokens[self.index + count]
            if token.kind not in ("name", "number", "other") and token.text not in _IN_NAMES:
                return count
            if token.kind == "name" and token.text in _AFTER_NAMES:
                return count
            count += 1

    def at_named_argument(self) -> bool:
        if self.token.kind == "quoted":
            return self.peek().text == ":"
        count = self._declared_words()
        return count > 0 and self.tokens[self.index + count].text == ":"
