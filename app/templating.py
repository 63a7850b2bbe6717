"""Templates, compiled once per language: what a page always says stands in the compiled template itself.

A page has some two hundred texts. Looking each up, wrapping and escaping it took as long as reading what the page is
about. A template takes its memory only in the languages that somebody reads.
"""

import typing as t

from flask import Flask
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from app import i18n


class Templates(Environment):
    """Finds each template in the language of the present request."""

    language: str | None = None
    """What this environment's templates are compiled in; None for the one that chooses."""

    def __init__(self, *args: t.Any, **options: t.Any) -> None:
        super().__init__(*args, **options)
        self._by_language: dict[str, Templates] = {}

    def get_template(self, name: t.Any, *args: t.Any, **options: t.Any) -> Template:
        """Return a template; what it extends, includes and imports is in the same language."""
        if self.language is None:
            return self._in(i18n.language()).get_template(name, *args, **options)
        return super().get_template(name, *args, **options)

    def make_globals(self, more: t.MutableMapping[str, t.Any] | None) -> t.MutableMapping[str, t.Any]:
        """Return what a template knows besides what it is given, as one dict: looking into a chain takes long."""
        return {**self.globals, **(more or {})}

    def _in(self, language: str) -> "Templates":
        found = self._by_language.get(language)
        if found is None:
            found = self.overlay()
            found.language = language
            found = self._by_language.setdefault(language, found)
        return found

    def _generate(self, source: nodes.Template, *args: t.Any, **options: t.Any) -> str:
        if self.language is not None:
            source = _Texts(self.language).visit(source)
        return super()._generate(source, *args, **options)


def compile_all(app: Flask) -> None:
    """Compile every template in the language that is spoken now, which outside a request is the company's."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)


class _Texts(NodeTransformer):
    """Puts a language's sentence into the place of every `_("…")` that has no parameters."""

    def __init__(self, language: str) -> None:
        self._language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (the library's name for it)
        self.generic_visit(node)
        if not _is_plain_text(node):
            return node
        sentence = i18n.page_text_in(self._language, t.cast(nodes.Const, node.args[0]).value)
        return nodes.TemplateData(sentence, lineno=node.lineno)


def _is_plain_text(node: nodes.Call) -> bool:
    named = isinstance(node.node, nodes.Name) and node.node.name == "_"
    single = len(node.args) == 1 and isinstance(node.args[0], nodes.Const)
    return named and single and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
