"""How a service task is described to authors of diagrams: its name, purpose, headers, inputs and outputs."""

import dataclasses
from collections.abc import Mapping

Names = Mapping[str, str]


def names_of(chinese: str, english: str) -> Names:
    """Return a text in both languages."""
    return {"zh": chinese, "en": english}


@dataclasses.dataclass(frozen=True)
class Value:
    """One header, input or output. `choices` are the codes a header may have; `truth` marks what is true or false."""

    name: str
    names: Names
    required: bool = False
    choices: tuple[str, ...] = ()
    truth: bool = False


@dataclasses.dataclass(frozen=True)
class ServiceTask:
    """One job type as authors of diagrams see it."""

    type: str
    names: Names
    purpose: Names
    icon: str
    headers: tuple[Value, ...] = ()
    inputs: tuple[Value, ...] = ()
    outputs: tuple[Value, ...] = ()


def value_of(
    name: str, chinese: str, english: str, *choices: str, required: bool = False, truth: bool = False
) -> Value:
    """Return a header, input or output with its label in both languages; `choices` are a header's codes."""
    return Value(name, names_of(chinese, english), required, choices, truth)


SERIAL = value_of("serial_no", "序列号", "Serial number")
CUSTOMER = value_of("customer_id", "客户编号", "Customer id")
