"""The form-js component types we understand, and which of their properties are read by people or by FEEL."""

import dataclasses

SCHEMA_VERSION = 19


@dataclasses.dataclass(frozen=True)
class Kind:
    """What is particular about one component type.

    Attributes:
        keyed: carries a value under its `key`.
        container: has components inside.
        texts: properties that people read; the library needs them in both languages.
        feel: properties that are a FEEL expression when they begin with `=`.
    """

    keyed: bool = False
    container: bool = False
    texts: tuple[str, ...] = ("label",)
    feel: tuple[str, ...] = ()


_INPUT = ("label", "description")
_LIMITS = ("validate.min", "validate.max", "validate.minLength", "validate.maxLength", "readonly")
_ADORNED = (*_INPUT, "appearance.prefixAdorner", "appearance.suffixAdorner")

KINDS = {
    "textfield": Kind(keyed=True, texts=(*_ADORNED, "validate.patternErrorMessage"), feel=_LIMITS),
    "textarea": Kind(keyed=True, texts=_INPUT, feel=_LIMITS),
    "number": Kind(keyed=True, texts=_ADORNED, feel=_LIMITS),
    "checkbox": Kind(keyed=True, texts=_INPUT, feel=("readonly",)),
    "radio": Kind(keyed=True, texts=_INPUT, feel=("readonly", "valuesExpression")),
    "select": Kind(keyed=True, texts=_INPUT, feel=("readonly", "valuesExpression")),
    "checklist": Kind(keyed=True, texts=_INPUT, feel=("readonly", "valuesExpression")),
    "taglist": Kind(keyed=True, texts=_INPUT, feel=("readonly", "valuesExpression")),
    "datetime": Kind(keyed=True, texts=("dateLabel", "timeLabel", "description"), feel=("readonly",)),
    "filepicker": Kind(keyed=True, texts=_INPUT, feel=("readonly", "accept", "multiple")),
    "expression": Kind(keyed=True, texts=(), feel=("expression",)),
    "group": Kind(container=True),
    "dynamiclist": Kind(container=True),
    "text": Kind(texts=("text",)),
    "separator": Kind(texts=()),
    "spacer": Kind(texts=()),
    "button": Kind(),
    "table": Kind(feel=("dataSource", "columnsExpression")),
    "image": Kind(texts=("alt",)),
    "verdict": Kind(texts=_INPUT),
}

# Both would put somebody else's page into ours; the page policy blocks them and the viewer shows a hole.
REFUSED = frozenset({"html", "iframe"})
OPTION_KINDS = frozenset({"radio", "select", "checklist", "taglist"})
MULTIPLE_KINDS = frozenset({"checklist", "taglist"})

PROPERTIES = {
    "conditional.hide": "forms.property_hide",
    "readonly": "forms.property_readonly",
    "expression": "forms.property_expression",
    "valuesExpression": "forms.property_values_expression",
    "validate.required": "forms.property_required",
    "validate.min": "forms.property_min",
    "validate.max": "forms.property_max",
    "validate.minLength": "forms.property_min_length",
    "validate.maxLength": "forms.property_max_length",
    "accept": "forms.property_accept",
    "multiple": "forms.property_multiple",
    "dataSource": "forms.property_data_source",
    "columnsExpression": "forms.property_columns_expression",
    "label": "forms.property_label",
    "dateLabel": "forms.property_date_label",
    "timeLabel": "forms.property_time_label",
    "description": "forms.property_description",
    "text": "forms.property_text",
    "alt": "forms.property_alt",
    "appearance.prefixAdorner": "forms.property_prefix",
    "appearance.suffixAdorner": "forms.property_suffix",
    "validate.patternErrorMessage": "forms.property_pattern_message",
}
"""Properties that may be or contain FEEL → the phrase that names them."""
