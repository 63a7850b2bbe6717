"""Tokens to a syntax tree, by recursive descent; no rule ever goes back, so bad input costs linear time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from app.feel import nodes
from app.feel.lexer import Token, tokens_of, unescaped
from app.feel.literals import at_literal
from app.feel.names import KEYWORDS, NameReader
from app.feel.nodes import Node
from app.feel.numbers import to_decimal
from app.feel.type_parser import parse_type
from app.feel.types import ANY, UNDECLARED, FeelType

# Each level of nesting costs some ten levels of Python's own stack, most of which belongs to the caller.
MAX_DEPTH = 60

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 3}
# What can follow an interval that ends in an opening bracket, as `]1..5[`, but never start a filter.
_AFTER_INTERVAL = frozenset({"", ".", ",", ")", "]", "}", "=", "!=", "<", "<=", ">", ">=", "and", "or", "then", "else"})
_PREFIXED = frozenset({"if", "for", "some", "every", "function"})


class Parser(NameReader):
    def __init__(self, source: str, names: Iterable[str] = (), types: Mapping[str, FeelType] | None = None) -> None:
        super().__init__(source, tokens_of(source), names)
        self.types = types or {}
        self.depth = 0

    # -- entry points

    def whole_expression(self) -> Node:
        node = self.expression()
        self.expect_end()
        return node

    def whole_tests(self) -> Node:
        """A table cell: `-`, a list of tests, or such a list in `not(…)`."""
        start = self.token.start
        if self.token.kind == "end" or (self.token.text == "-" and self.peek().kind == "end"):
            return nodes.Tests(start, (), negated=False)
        negated = self.token.text == "not" and self.peek().text == "(" and self._closes_at_end()
        if negated:
            self.advance()
            self.advance()
        tests = self.tests()
        if negated:
            self.expect(")")
        self.expect_end()
        return nodes.Tests(start, tests, negated=negated)

    def _closes_at_end(self) -> bool:
        """Whether the bracket after `not` ends the cell; otherwise `not` is the function, as in `not(a) or b`."""
        open_brackets = 0
        for token in self.tokens[self.index + 1 : -2]:
            open_brackets += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "op" else 0
            if open_brackets == 0:
                return False
        return self.tokens[-2].text == ")"

    # -- expressions, loosest binding first

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("feel.syntax.too_deep", limit=MAX_DEPTH)
        node = self._junction("or", self._conjunction)
        self.depth -= 1
        return node

    def _conjunction(self) -> Node:
        return self._junction("and", self._comparison)

    def _junction(self, word: str, operand: Callable[[], Node]) -> Node:
        start = self.token.start
        first = operand()
        if not self.at_word(word):
            return first
        operands = [first]
        while self.take_word(word):
            operands.append(operand())
        return nodes.Junction(start, word, tuple(operands))

    def _comparison(self) -> Node:
        start = self.token.start
        left = self.arithmetic()
        while True:
            text = self.token.text
            if self.token.kind == "op" and text in _COMPARISONS:
                self.advance()
                left = nodes.Binary(start, text, left, self.arithmetic())
            elif self.take_word("between"):
                low = self.arithmetic()
                self.expect_word("and")
                left = nodes.Between(start, left, low, self.arithmetic())
            elif self.take_word("in"):
                left = nodes.In(start, left, self._in_tests())
            else:
                return left

    def _in_tests(self) -> tuple[Node, ...]:
        if not self.at("("):
            # Without brackets the test ends where the comparison does: `x in xs and y` is an `and`.
            return (self.test() if self._at_comparison() else self.arithmetic(),)
        opening = self.advance()
        first = self.test()
        if self.at("..") and not isinstance(first, nodes.Comparison):
            return (self._interval(opening, first),)
        tests = [first]
        while self.take(","):
            tests.append(self.test())
        self.expect(")")
        return tuple(tests)

    def arithmetic(self, loosest: int = 1) -> Node:
        """Operators that bind at least so tightly; each takes what binds tighter as its right side."""
        start = self.token.start
        left = self._operand()
        while self.token.kind == "op" and _BINDING.get(self.token.text, 0) >= loosest:
            operator = self.advance().text
            left = nodes.Binary(start, operator, left, self.arithmetic(_BINDING[operator] + 1))
        return left

    def _operand(self) -> Node:
        """Signs bind tighter than every operator, so `-2 ** 2` is four, and `instance of` tighter than signs."""
        signs = []
        while self.at("-"):
            signs.append(self.advance().start)
        if len(signs) > MAX_DEPTH:
            raise self.error("feel.syntax.too_deep", limit=MAX_DEPTH)
        node = self._postfix()
        while self.take_word("instance"):
            self.expect_word("of")
            node = nodes.InstanceOf(node.offset, node, parse_type(self, self.types))
        for start in reversed(signs):
            node = nodes.Negation(start, node)
        return node

    def _postfix(self) -> Node:
        node = self._primary()
        while self.token.kind == "op":
            if self.take("."):
                node = nodes.Path(node.offset, node, self.member())
            elif self.at("[") and self.peek().text not in _AFTER_INTERVAL:
                self.advance()
                predicate = self.expression()
                self.expect("]")
                node = nodes.Filter(node.offset, node, predicate)
            elif self.take("("):
                node = self._call(node)
            else:
                break
        return node

    def _call(self, function: Node) -> Node:
        if self.at_named_argument():
            named = [self._named_argument()]
            while self.take(","):
                named.append(self._named_argument())
            self.expect(")")
            return nodes.NamedCall(function.offset, function, tuple(named))
        arguments: list[Node] = []
        if not self.at(")"):
            arguments.append(self.expression())
            while self.take(","):
                arguments.append(self.expression())
        self.expect(")")
        return nodes.Call(function.offset, function, tuple(arguments))

    def _named_argument(self) -> tuple[str, Node]:
        name = self.declared_name()
        self.expect(":")
        return name, self.expression()

    # -- operands

    def _primary(self) -> Node:
        token = self.token
        if token.kind == "name" and token.text in _PREFIXED and not self.at_known_name():
            return self._prefixed(token)
        if token.kind in ("name", "quoted"):
            return self._word(token)
        if token.kind in ("number", "string", "at"):
            return self._literal(token)
        if token.kind == "op" and token.text in "([]{?":
            return self._bracketed(token)
        raise self.unexpected()

    def _literal(self, token: Token) -> Node:
        self.advance()
        if token.kind == "number":
            number = to_decimal(token.text)
            if number is None:
                raise self.error("feel.syntax.number", token, found=token.text[:40])
            return nodes.Literal(token.start, number)
        if token.kind == "string":
            return nodes.Literal(token.start, unescaped(token.text))
        return nodes.Literal(token.start, at_literal(unescaped(token.text[token.text.index('"') :])))

    def _word(self, token: Token) -> Node:
        if token.text in ("true", "false", "null") and token.kind == "name":
            self.advance()
            return nodes.Literal(token.start, {"true": True, "false": False, "null": None}[token.text])
        if token.kind == "name" and token.text in KEYWORDS and not self.at_known_name():
            raise self.unexpected()
        return nodes.Name(token.start, self.name())

    def _bracketed(self, token: Token) -> Node:
        self.advance()
        match token.text:
            case "?":
                return nodes.Name(token.start, "?")
            case "{":
                return self._context(token)
            case "]":
                return self._interval(token, self.arithmetic())
        if token.text == "[" and self.take("]"):
            return nodes.ListOf(token.start, ())
        first = self.test() if token.text == "[" or self._at_comparison() else self.expression()
        if self.at(".."):
            return self._interval(token, first)
        if token.text == "(":
            self.expect(")")
            return first
        items = [first]
        while self.take(","):
            items.append(self.test())
        self.expect("]")
        return nodes.ListOf(token.start, tuple(items))

    def _interval(self, opening: Token, low: Node) -> Node:
        self.expect("..")
        high = self.arithmetic()
        closing = self.token
        if closing.kind != "op" or closing.text not in (")", "]", "["):
            raise self.unexpected("]")
        self.advance()
        return nodes.Interval(opening.start, low, high, opening.text == "[", closing.text == "]")

    def _context(self, opening: Token) -> Node:
        entries: list[tuple[str, Node]] = []
        while not self.at("}"):
            if entries:
                self.expect(",")
            entries.append(self._entry())
        self.expect("}")
        return nodes.ContextOf(opening.start, tuple(entries))

    def _entry(self) -> tuple[str, Node]:
        if self.token.kind == "string":
            key = unescaped(self.advance().text)
            if key:
                self.learn(key)
        else:
            key = self.declared_name()
        self.expect(":")
        return key, self.expression()

    # -- tests

    def tests(self) -> tuple[Node, ...]:
        tests = [self.test()]
        while self.take(","):
            tests.append(self.test())
        return tuple(tests)

    def _at_comparison(self) -> bool:
        return self.token.kind == "op" and self.token.text in _COMPARISONS

    def test(self) -> Node:
        if not self._at_comparison():
            return self.expression()
        operator = self.advance()
        return nodes.Comparison(operator.start, operator.text, self.arithmetic())

    # -- constructs that start with a word

    def _prefixed(self, token: Token) -> Node:
        self.advance()
        match token.text:
            case "if":
                return self._if(token)
            case "for":
                iterators = self._iterators()
                self.expect_word("return")
                return nodes.For(token.start, iterators, self.expression())
            case "function":
                return self._function(token)
        iterators = self._iterators()
        self.expect_word("satisfies")
        return nodes.Quantified(token.start, token.text == "every", iterators, self.expression())

    def _if(self, token: Token) -> Node:
        condition = self.expression()
        self.expect_word("then")
        then = self.expression()
        self.expect_word("else")
        return nodes.If(token.start, condition, then, self.expression())

    def _iterators(self) -> tuple[nodes.Iterator, ...]:
        iterators: list[nodes.Iterator] = []
        while not iterators or self.take(","):
            start = self.token.start
            name = self.declared_name()
            self.expect_word("in")
            source = self.expression()
            until = self.expression() if self.take("..") else None
            iterators.append(nodes.Iterator(start, name, source, until))
        return tuple(iterators)

    def _function(self, token: Token) -> Node:
        self.expect("(")
        parameters: list[tuple[str, FeelType]] = []
        while not self.at(")"):
            if parameters:
                self.expect(",")
            name = self.declared_name()
            parameters.append((name, parse_type(self, self.types) if self.take(":") else ANY))
        self.expect(")")
        returns = parse_type(self, self.types) if self.take(":") else UNDECLARED
        if self.at_word("external"):
            raise self.error("feel.syntax.external")
        return nodes.Lambda(token.start, tuple(parameters), returns, self.expression())
