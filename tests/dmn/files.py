"""DMN files, written shortly."""

from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file_of(*elements, namespace=NAMESPACE, own="http://firstline/test"):
    return (
        f'<definitions xmlns="{namespace}" id="file" name="File" namespace="{own}">'
        + "".join(elements)
        + "</definitions>"
    ).encode()


def decision(identity, logic, *, name=None, requires=(), inputs=(), knows=(), type_ref=None):
    requirements = [f'<requiredDecision href="#{r}"/>' for r in requires] + [
        f'<requiredInput href="#{r}"/>' for r in inputs
    ]
    wrapped = "".join(f"<informationRequirement>{r}</informationRequirement>" for r in requirements)
    known = "".join(f'<knowledgeRequirement><requiredKnowledge href="#{k}"/></knowledgeRequirement>' for k in knows)
    variable = f'<variable name={quoteattr(name or identity)} typeRef="{type_ref}"/>' if type_ref else ""
    return f'<decision id="{identity}" name={quoteattr(name or identity)}>{variable}{wrapped}{known}{logic}</decision>'


def input_data(identity, type_ref="Any", name=None):
    name = quoteattr(name or identity)
    return f'<inputData id="{identity}" name={name}><variable name={name} typeRef="{type_ref}"/></inputData>'


def literal(text, **attributes):
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<literalExpression{given}><text>{escape(text)}</text></literalExpression>"


def table(inputs, outputs, rules, policy="UNIQUE", aggregation=None):
    """Inputs are (expression, type[, allowed]), outputs (name, type[, values[, default]]), rules lists of cells."""
    aggregated = f' aggregation="{aggregation}"' if aggregation else ""
    body = "".join([*map(_input, inputs), *map(_output, outputs)])
    body += "".join(_rule(index, rule, len(inputs)) for index, rule in enumerate(rules, 1))
    return f'<decisionTable id="table" hitPolicy="{policy}"{aggregated}>{body}</decisionTable>'


def _input(column):
    source, type_ref, *allowed = column
    values = f"<inputValues><text>{escape(allowed[0])}</text></inputValues>" if allowed else ""
    return (
        f'<input id="in_{escape(source).replace(" ", "_")}" label={quoteattr(source)}>'
        f'<inputExpression typeRef="{type_ref}"><text>{escape(source)}</text></inputExpression>{values}</input>'
    )


def _output(column):
    name, type_ref, *rest = column
    values = f"<outputValues><text>{escape(rest[0])}</text></outputValues>" if rest and rest[0] else ""
    default = f"<defaultOutputEntry><text>{escape(rest[1])}</text></defaultOutputEntry>" if len(rest) > 1 else ""
    return f'<output id="out_{name}" name="{name}" typeRef="{type_ref}">{values}{default}</output>'


def _rule(index, cells, inputs):
    entries = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells[:inputs])
    outputs = "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in cells[inputs:])
    return f'<rule id="rule_{index}">{entries}{outputs}</rule>'
