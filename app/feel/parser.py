"""Tokens to a syntax tree, by recursive descent; rules do not go back, so bad input costs linear time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from app.feel import nodes
from app.feel.errors import FeelSyntaxError
from app.feel.lexer import Token, tokens_of, unescaped
from app.feel.names import KEYWORDS, KnownNames, NameReader
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

    def restart(self, known: KnownNames) -> None:
        super().restart(known)
        self.depth = 0

    # -- entry points

    def whole_expression(self) -> Node:
        node = self.expression()
        self.expect_end()
        return node

    def whole_tests(self) -> nodes.Tests:
        """A table cell: `-`, a list of tests, or such a list in `not(…)`."""
        start = self.token.start
        if self.token.kind == "end" or (self.token.text == "-" and self.peek().kind == "end"):
            return nodes.Tests(start, self.token.end, (), negated=False)
        if self.at_word("not") and self.peek().text == "(":
            return self._negated_tests()
        return self._plain_tests()

    def _plain_tests(self) -> nodes.Tests:
        start = self.token.start
        tests = self.tests()
        self.expect_end()
        return nodes.Tests(start, self.end, tests, negated=False)

    def _negated_tests(self) -> nodes.Tests:
        """What begins with `not(` is read as a negation of the whole cell first. When it is none, `not` is the
        function, as in `not(a) or b`; this is the only place where the parser goes back.
        """
        first = self.token
        known = self.known()
        try:
            self.advance()
            opening = self.advance()
            tests = self.tests()
            self.close(")", opening, several=True)
            self.expect_end()
            return nodes.Tests(first.start, self.end, tests, negated=True)
        except FeelSyntaxError as error:
            self.restart(known)
            try:
                return self._plain_tests()
            except FeelSyntaxError as other:
                # The reading that got further is the one that was meant.
                raise max(error, other, key=lambda one: one.position.offset if one.position else 0) from None

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
        return nodes.Junction(start, self.end, word, tuple(operands))

    def _comparison(self) -> Node:
        start = self.token.start
        left = self.arithmetic()
        while True:
            text = self.token.text
            if self.token.kind == "op" and text in _COMPARISONS:
                self.advance()
                right = self.arithmetic()
                left = nodes.Binary(start, self.end, text, left, right)
            elif self.take_word("between"):
                low = self.arithmetic()
                self.expect_word("and")
                high = self.arithmetic()
                left = nodes.Between(start, self.end, left, low, high)
            elif self.take_word("in"):
                tests = self._in_tests()
                left = nodes.In(start, self.end, left, tests)
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
        self.close(")", opening, several=True)
        return tuple(tests)

    def arithmetic(self, loosest: int = 1) -> Node:
        """Operators that bind at least so tightly; each takes what binds tighter as its right side."""
        start = self.token.start
        left = self._operand()
        while self.token.kind == "op" and _BINDING.get(self.token.text, 0) >= loosest:
            operator = self.advance().text
            right = self.arithmetic(_BINDING[operator] + 1)
            left = nodes.Binary(start, self.end, operator, left, right)
        return left

    def _operand(self) -> Node:
        """Signs bind tighter than every operator, so `-2 ** 2` is four, and `instance of` tighter than signs."""
        signs = []
        while self.at("-"):
            signs.append(self.advance().start)
        if len(signs) > MAX_DEPTH:
            raise self.error("feel.syntax.too_deep", limit=MAX_DEPTH)
        first = self.token
        node = self._postfix()
        while self.take_word("instance"):
            self.expect_word("of")
            expected = parse_type(self, self.types)
            node = nodes.InstanceOf(first.start, self.end, node, expected)
        for start in reversed(signs):
            node = nodes.Negation(start, self.end, node)
        return node

    def _postfix(self) -> Node:
        start = self.token.start
        node = self._primary()
        while self.token.kind == "op":
            if self.take("."):
                member = self.member()
                node = nodes.Path(start, self.end, node, member)
            elif self.at("[") and self.peek().text not in _AFTER_INTERVAL:
                opening = self.advance()
                predicate = self.expression()
                self.close("]", opening)
                node = nodes.Filter(start, self.end, node, predicate)
            elif self.at("("):
                node = self._call(start, node)
            else:
                break
        return node

    def _call(self, start: int, function: Node) -> Node:
        opening = self.advance()
        if self.at_named_argument():
            named = [self._named_argument()]
            while self.take(","):
                named.append(self._named_argument())
            self.close(")", opening, several=True)
            return nodes.NamedCall(start, self.end, function, tuple(named))
        arguments = [] if self.at(")") else [self.expression()]
        while arguments and self.take(","):
            arguments.append(self.expression())
        self.close(")", opening, several=True)
        return nodes.Call(start, self.end, function, tuple(arguments))

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
        raise self.wrong("feel.syntax.operand")

    def _literal(self, token: Token) -> Node:
        self.advance()
        if token.kind == "number":
            number = to_decimal(token.text)
            if number is None:
                raise self.error("feel.syntax.number", token, found=token.text[:40])
            return nodes.Literal(token.start, token.end, number)
        if token.kind == "string":
            return nodes.Literal(token.start, token.end, unescaped(token.text))
        return nodes.At(token.start, token.end, unescaped(token.text[token.text.index('"') :]))

    def _word(self, token: Token) -> Node:
        if token.text in ("true", "false", "null") and token.kind == "name":
            self.advance()
            return nodes.Literal(token.start, token.end, {"true": True, "false": False, "null": None}[token.text])
        if token.kind == "name" and token.text in KEYWORDS and not self.at_known_name():
            raise self.wrong("feel.syntax.operand")
        name = self.name()
        return nodes.Name(token.start, self.end, name)

    def _bracketed(self, token: Token) -> Node:
        self.advance()
        match token.text:
            case "?":
                return nodes.Name(token.start, token.end, "?")
            case "{":
                return self._context(token)
            case "]":
                return self._interval(token, self.arithmetic())
        if token.text == "[" and self.take("]"):
            return nodes.ListOf(token.start, self.end, ())
        first = self.test() if token.text == "[" or self._at_comparison() else self.expression()
        if self.at(".."):
            return self._interval(token, first)
        if token.text == "(":
            self.close(")", token)
            return first
        items = [first]
        while self.take(","):
            items.append(self.test())
        self.close("]", token, several=True)
        return nodes.ListOf(token.start, self.end, tuple(items))

    def _interval(self, opening: Token, low: Node) -> Node:
        self.expect("..")
        high = self.arithmetic()
        closing = self.token
        if closing.kind != "op" or closing.text not in (")", "]", "["):
            self.close("]", opening)
        self.advance()
        return nodes.Interval(opening.start, self.end, low, high, opening.text == "[", closing.text == "]")

    def _context(self, opening: Token) -> Node:
        entries = [] if self.at("}") else [self._entry()]
        while entries and self.take(","):
            entries.append(self._entry())
        self.close("}", opening, several=True)
        return nodes.ContextOf(opening.start, self.end, tuple(entries))

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
        operand = self.arithmetic()
        return nodes.Comparison(operator.start, self.end, operator.text, operand)

    # -- constructs that start with a word

    def _prefixed(self, token: Token) -> Node:
        self.advance()
        match token.text:
            case "if":
                return self._if(token)
            case "for":
                iterators = self._iterators()
                self.expect_word("return")
                body = self.expression()
                return nodes.For(token.start, self.end, iterators, body)
            case "function":
                return self._function(token)
        iterators = self._iterators()
        self.expect_word("satisfies")
        condition = self.expression()
        return nodes.Quantified(token.start, self.end, token.text == "every", iterators, condition)

    def _if(self, token: Token) -> Node:
        condition = self.expression()
        self.expect_word("then")
        then = self.expression()
        self.expect_word("else")
        otherwise = self.expression()
        return nodes.If(token.start, self.end, condition, then, otherwise)

    def _iterators(self) -> tuple[nodes.Iterator, ...]:
        iterators: list[nodes.Iterator] = []
        while not iterators or self.take(","):
            start = self.token.start
            name = self.declared_name()
            self.expect_word("in")
            source = self.expression()
            until = self.expression() if self.take("..") else None
            iterators.append(nodes.Iterator(start, self.end, name, source, until))
        return tuple(iterators)

    def _function(self, token: Token) -> Node:
        opening = self.token
        self.expect("(")
        parameters = [] if self.at(")") else [self._parameter()]
        while parameters and self.take(","):
            parameters.append(self._parameter())
        self.close(")", opening, several=True)
        returns = parse_type(self, self.types) if self.take(":") else UNDECLARED
        if self.at_word("external"):
            raise self.error("feel.syntax.external")
        body = self.expression()
        return nodes.Lambda(token.start, self.end, tuple(parameters), returns, body)

    def _parameter(self) -> tuple[str, FeelType]:
        name = self.declared_name()
        return name, parse_type(self, self.types) if self.take(":") else ANY
