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
    """What it requires is named by id, or by the namespace of an import with `#` and the id."""
    requirements = [f'<requiredDecision href="{_href(r)}"/>' for r in requires]
    requirements += [f'<requiredInput href="{_href(r)}"/>' for r in inputs]
    wrapped = "".join(f"<informationRequirement>{r}</informationRequirement>" for r in requirements)
    known = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="{_href(k)}"/></knowledgeRequirement>' for k in knows
    )
    variable = f'<variable name={quoteattr(name or identity)} typeRef="{type_ref}"/>' if type_ref else ""
    return f'<decision id="{identity}" name={quoteattr(name or identity)}>{variable}{wrapped}{known}{logic}</decision>'


def _href(reference):
    return reference if "#" in reference else f"#{reference}"


def input_data(identity, type_ref="Any", name=None):
    name = quoteattr(name or identity)
    return f'<inputData id="{identity}" name={name}><variable name={name} typeRef="{type_ref}"/></inputData>'


def knowledge(identity, parameters, logic, *, name=None, type_ref=None, knows=(), kind=None):
    """A business knowledge model; parameters are (name, type)."""
    formal = "".join(f'<formalParameter name="{one}" typeRef="{type_}"/>' for one, type_ in parameters)
    variable = f'<variable name={quoteattr(name or identity)} typeRef="{type_ref}"/>' if type_ref else ""
    known = "".join(f'<knowledgeRequirement><requiredKnowledge href="#{k}"/></knowledgeRequirement>' for k in knows)
    of_kind = f' kind="{kind}"' if kind else ""
    return (
        f'<businessKnowledgeModel id="{identity}" name={quoteattr(name or identity)}>{variable}'
        f"<encapsulatedLogic{of_kind}>{formal}{logic}</encapsulatedLogic>{known}</businessKnowledgeModel>"
    )


def service(identity, outputs, *, decisions=(), data=(), hidden=(), type_ref=None):
    parts = [
        ("outputDecision", outputs),
        ("encapsulatedDecision", hidden),
        ("inputDecision", decisions),
        ("inputData", data),
    ]
    body = "".join(f'<{tag} href="#{one}"/>' for tag, ids in parts for one in ids)
    variable = f'<variable name="{identity}" typeRef="{type_ref}"/>' if type_ref else ""
    return f'<decisionService id="{identity}" name="{identity}">{variable}{body}</decisionService>'


def item_type(name, type_ref="string", *, allowed=None, constraint=None, collection=False, components=None):
    """An item definition; components are other item definitions, written with `component`."""
    return _item("itemDefinition", name, type_ref, allowed, constraint, collection, components)


def component(name, type_ref="string", *, allowed=None, constraint=None, collection=False, components=None):
    return _item("itemComponent", name, type_ref, allowed, constraint, collection, components)


def _item(tag, name, type_ref, allowed, constraint, collection, components):
    body = "".join(components) if components is not None else f"<typeRef>{type_ref}</typeRef>"
    for limit, text in (("allowedValues", allowed), ("typeConstraint", constraint)):
        body += f"<{limit}><text>{escape(text)}</text></{limit}>" if text else ""
    return f'<{tag} name="{name}" isCollection="{str(collection).lower()}">{body}</{tag}>'


def boxed(tag, attributes="", **parts):
    """A boxed expression whose parts are elements of their own; `in_`, `if_` and `else_` stand for the reserved words."""
    inner = "".join(f"<{name.rstrip('_')}>{logic}</{name.rstrip('_')}>" for name, logic in parts.items())
    return f"<{tag} {attributes}>{inner}</{tag}>"


def context(*entries):
    """Entries are (name, logic[, type]); the last may be a logic without name."""
    return "<context>" + "".join(map(_entry, entries)) + "</context>"


def _entry(entry):
    if isinstance(entry, str):
        return f"<contextEntry>{entry}</contextEntry>"
    name, logic, *type_ref = entry
    declared = f' typeRef="{type_ref[0]}"' if type_ref else ""
    return f'<contextEntry><variable name="{name}"{declared}/>{logic}</contextEntry>'


def relation(columns, *rows):
    """Columns are names or (name, type); rows lists of expressions."""
    heads = "".join(
        f'<column name="{column}"/>'
        if isinstance(column, str)
        else f'<column name="{column[0]}" typeRef="{column[1]}"/>'
        for column in columns
    )
    body = "".join("<row>" + "".join(map(literal, row)) + "</row>" for row in rows)
    return f"<relation>{heads}{body}</relation>"


def listed(*items):
    return f"<list>{''.join(items)}</list>"


def invocation(called, **bindings):
    bound = "".join(f'<binding><parameter name="{name}"/>{logic}</binding>' for name, logic in bindings.items())
    return f"<invocation>{literal(called)}{bound}</invocation>"


def function(parameters, body, kind=None):
    formal = "".join(f'<formalParameter name="{name}" typeRef="{type_}"/>' for name, type_ in parameters)
    of_kind = f' kind="{kind}"' if kind else ""
    return f"<functionDefinition{of_kind}>{formal}{body}</functionDefinition>"


def imported(namespace, name, import_type="https://www.omg.org/spec/DMN/20191111/MODEL/", location=None):
    at = f' locationURI="{location}"' if location else ""
    return f'<import name="{name}" namespace="{namespace}" importType="{import_type}"{at}/>'


def value(definitions, decision_id, **variables):
    return definitions.evaluate(decision_id, variables).value


def literal(text, **attributes):
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<literalExpression{given}><text>{escape(text)}</text></literalExpression>"


def table(inputs, outputs, rules, policy="UNIQUE", aggregation=None, annotations=(), **attributes):
    """Inputs are (expression, type[, allowed]), outputs (name, type[, values[, default]]), rules lists of cells:
    inputs, outputs and then annotations.
    """
    given = "".join(f' {key}="{text}"' for key, text in attributes.items())
    given += f' aggregation="{aggregation}"' if aggregation else ""
    body = "".join([*map(_input, inputs), *map(_output, outputs)])
    body += "".join(f'<annotation name="{name}"/>' for name in annotations)
    width = len(inputs), len(annotations)
    body += "".join(_rule(index, rule, *width) for index, rule in enumerate(rules, 1))
    return f'<decisionTable id="table" hitPolicy="{policy}"{given}>{body}</decisionTable>'


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


def _rule(index, cells, inputs, annotations):
    end = len(cells) - annotations
    parts = [("inputEntry", cells[:inputs]), ("outputEntry", cells[inputs:end]), ("annotationEntry", cells[end:])]
    body = "".join(f"<{tag}><text>{escape(cell)}</text></{tag}>" for tag, texts in parts for cell in texts)
    return f'<rule id="rule_{index}">{body}</rule>'
