"""Types as they are written after `instance of` and in function definitions."""

from collections.abc import Mapping
from functools import cache

from app.feel.lexer import tokens_of, words_of
from app.feel.names import NameReader
from app.feel.types import SIMPLE, ContextType, FeelType, FunctionType, ListType, RangeType

MAX_TYPE_DEPTH = 20


@cache
def type_named(text: str) -> FeelType:
    """The type that a text of ours spells, such as `list<number>`; the texts are few, so each is read once."""
    reader = NameReader(text, tokens_of(text), ())
    found = parse_type(reader, {})
    reader.expect_end()
    return found


def parse_type(reader: NameReader, custom: Mapping[str, FeelType], depth: int = 0) -> FeelType:
    if depth > MAX_TYPE_DEPTH:
        raise reader.error("feel.syntax.too_deep", limit=MAX_TYPE_DEPTH)
    word = reader.token.text
    if reader.peek().text == "<" and word in ("list", "range", "context", "function"):
        reader.advance()
        reader.advance()
        return _generic(word, reader, custom, depth + 1)
    return _named(reader, custom)


def _generic(word: str, reader: NameReader, custom: Mapping[str, FeelType], depth: int) -> FeelType:
    if word in ("list", "range"):
        item = parse_type(reader, custom, depth)
        reader.expect(">")
        return ListType(word, item) if word == "list" else RangeType(word, item)
    if word == "context":
        fields: list[tuple[str, FeelType]] = []
        while not fields or reader.take(","):
            name = reader.declared_name()
            reader.expect(":")
            fields.append((name, parse_type(reader, custom, depth)))
        reader.expect(">")
        return ContextType(word, tuple(fields))
    parameters: list[FeelType] = []
    while not reader.at(">"):
        if parameters:
            reader.expect(",")
        parameters.append(parse_type(reader, custom, depth))
    reader.expect(">")
    reader.expect("->")
    return FunctionType(word, tuple(parameters), parse_type(reader, custom, depth))


def _named(reader: NameReader, custom: Mapping[str, FeelType]) -> FeelType:
    best: tuple[int, FeelType] | None = None
    for names in (SIMPLE, custom):
        for name, found in names.items():
            words = words_of(name)
            here = reader.tokens[reader.index : reader.index + len(words)]
            if tuple(token.text for token in here) == words and (best is None or len(words) >= best[0]):
                best = len(words), found
    if best is None:
        raise reader.error("feel.syntax.type", found=reader.token.text)
    for _ in range(best[0]):
        reader.advance()
    return best[1]
