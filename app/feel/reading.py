"""Reading tokens one by one, and saying what is wrong with one."""

from __future__ import annotations

from typing import Any

from app.feel.errors import FeelSyntaxError, position_in
from app.feel.lexer import Token
from app.feel.slips import slip_at

_LONGEST_FOUND = 40


class TokenReader:
    """`token` is the one to be read next, and `end` is where the last one that was read ended."""

    def __init__(self, source: str, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = tokens
        self.go_to(0)

    def go_to(self, index: int) -> None:
        self.index = index
        self.token = self.tokens[index]
        self.end = self.tokens[index - 1].end if index else 0

    def advance(self) -> Token:
        token = self.token
        self.end = token.end
        self.index += 1
        self.token = self.tokens[self.index]
        return token

    def peek(self) -> Token:
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def at(self, text: str) -> bool:
        return self.token.kind == "op" and self.token.text == text

    def take(self, text: str) -> bool:
        if self.token.kind == "op" and self.token.text == text:
            self.advance()
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.unexpected(text)

    def close(self, text: str, opening: Token, *, several: bool = False) -> None:
        """Reads a closing bracket. With `several`, a comma and more could have stood here as well."""
        if self.take(text):
            return
        if self.token.kind != "end":
            raise self.wrong("feel.syntax.next" if several else "feel.syntax.expected", expected=text)
        at = position_in(self.source, opening.start)
        where = {"bracket": opening.text, "open_line": at.line, "open_column": at.column}
        raise self.error("feel.syntax.open_bracket", None, expected=text, **where)

    def expect_end(self) -> None:
        if self.at("[") and self.peek().kind == "end":
            # It could have closed an interval, but there is none.
            self.close("]", self.advance())
        if self.token.kind != "end":
            raise self.wrong("feel.syntax.rest")

    def at_word(self, word: str) -> bool:
        return self.token.kind == "name" and self.token.text == word

    def take_word(self, word: str) -> bool:
        if self.at_word(word):
            self.advance()
            return True
        return False

    def expect_word(self, word: str) -> None:
        if not self.take_word(word):
            raise self.unexpected(word)

    # -- what is wrong

    def error(self, code: str, token: Token | None = None, **params: Any) -> FeelSyntaxError:
        return FeelSyntaxError(code, position_in(self.source, (token or self.token).start), params)

    def unexpected(self, expected: str) -> FeelSyntaxError:
        """Another token than the one that must stand here."""
        return self.wrong("feel.syntax.expected", expected=expected)

    def wrong(self, code: str, **params: Any) -> FeelSyntaxError:
        """The code says what was expected. A slip that people make often is explained instead, and so is a text
        that ends where something must still follow.
        """
        slip = slip_at(self.tokens, self.index)
        if slip is not None:
            return self.error(slip.code, slip.token, **slip.params)
        if self.token.kind == "end":
            code = {"feel.syntax.expected": "feel.syntax.end_expected"}.get(code, "feel.syntax.end")
        return self.error(code, None, found=self.token.text[:_LONGEST_FOUND], **params)
