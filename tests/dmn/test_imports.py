"""Files that import one another."""

import pytest

from app.dmn import DmnInvalid, Header, Import, Linker, header, parse
from app.dmn.xml import read
from tests.dmn.files import (
    decision,
    file_of,
    imported,
    input_data,
    item_type,
    knowledge,
    literal,
    service,
    value,
)

LIBRARY = "http://firstline/library"
BASE = "http://firstline/base"
PMML = "urn:pmml:4.1"


def library(*elements, own=LIBRARY):
    return file_of(*elements, own=own)


def linked(data, *others):
    """The file, linked with others that are found by their namespaces."""
    files = {read(other).get("namespace"): other for other in others}
    return Linker(lambda wanted: files.get(wanted.namespace)).compile(data)


def using(*others, logic, requires=(), knows=(), inputs=(), imports=None, types=()):
    imports = [imported(LIBRARY, "lib")] if imports is None else imports
    asked = decision("d", literal(logic), requires=requires, knows=knows, inputs=inputs)
    compiled = linked(file_of(*imports, *types, asked), *others)
    assert compiled.findings == ()
    return compiled.definitions


def codes(data, *others):
    return [(one.code, one.params.get("namespace") or one.params.get("name")) for one in linked(data, *others).findings]


def test_decisions_functions_and_services_are_known_below_the_name_of_the_import():
    other = library(
        decision("fee", literal("10")),
        knowledge("twice", [("n", "number")], literal("n * 2")),
        service("s", ["fee"]),
    )
    definitions = using(
        other,
        logic="lib.fee + lib.twice(3) + lib.s()",
        requires=[f"{LIBRARY}#fee"],
        knows=[f"{LIBRARY}#twice", f"{LIBRARY}#s"],
    )
    assert value(definitions, "d") == 26


def test_names_with_spaces_and_punctuation_are_known_through_an_import():
    other = library(decision("f", literal("10"), name="Pre-check (fee)"))
    definitions = using(other, logic="lib.Pre-check (fee) + 1", requires=[f"{LIBRARY}#f"])
    assert value(definitions, "d") == 11


def test_types_are_known_below_the_name_of_the_import():
    other = library(item_type("tAge", "number", allowed=">= 0"))
    typed = [input_data("x", "lib.tAge"), item_type("tAges", "lib.tAge", collection=True)]
    definitions = using(other, logic="x + 1", inputs=["x"], types=typed)
    assert value(definitions, "d", x=3) == 4


def test_types_are_known_by_the_prefix_of_their_namespace_as_in_dmn_1_1():
    other = library(item_type("tAge", "number"))
    data = file_of(imported(LIBRARY, "lib"), input_data("x", "pre:tAge"), decision("d", literal("x + 1"), inputs=["x"]))
    compiled = linked(data.replace(b"<definitions ", f'<definitions xmlns:pre="{LIBRARY}" '.encode()), other)
    assert compiled.findings == ()
    assert value(compiled.definitions, "d", x=3) == 4


def test_an_import_without_a_name_brings_its_names_as_they_are():
    other = library(decision("fee", literal("10")), item_type("tFee", "number"))
    definitions = using(
        other,
        logic="fee + x",
        requires=[f"{LIBRARY}#fee"],
        imports=[imported(LIBRARY, "")],
        types=[input_data("x", "tFee")],
    )
    assert value(definitions, "d", x=1) == 11


def test_input_data_of_an_import_is_a_variable_below_its_name_or_by_its_own():
    other = library(input_data("age", "number"), decision("old", literal("age > 60"), inputs=["age"]))
    definitions = using(
        other, logic="if lib.old then lib.age else 0", requires=[f"{LIBRARY}#old"], inputs=[f"{LIBRARY}#age"]
    )
    assert value(definitions, "d", lib={"age": 61}) == 61
    assert value(definitions, "d", age=62) == 62
    assert value(definitions, "d", lib={"age": 63}, age=1) == 63


def test_the_same_name_in_two_imports_means_two_things():
    fees = [library(decision("fee", literal(str(n))), own=own) for n, own in enumerate((LIBRARY, BASE), 1)]
    definitions = using(
        *fees,
        logic="10 * one.fee + two.fee",
        requires=[f"{LIBRARY}#fee", f"{BASE}#fee"],
        imports=[imported(LIBRARY, "one"), imported(BASE, "two")],
    )
    assert value(definitions, "d") == 12


def test_imports_are_followed_to_any_depth_and_shared_files_are_compiled_once():
    base = library(input_data("age", "number"), decision("old", literal("age > 60"), inputs=["age"]), own=BASE)
    middle = library(
        imported(BASE, "base"), decision("fee", literal("if base.old then 0 else 5"), requires=[f"{BASE}#old"])
    )
    definitions = using(
        middle,
        base,
        logic="if base.old then lib.fee else lib.fee + 1",
        requires=[f"{LIBRARY}#fee", f"{BASE}#old"],
        imports=[imported(LIBRARY, "lib"), imported(BASE, "base")],
    )
    result = definitions.evaluate("d", {"lib": {"base": {"age": 30}}})
    assert result.value == 6
    assert [entry["decision"] for entry in result.trace] == ["old", "fee", "d"]


def test_the_head_of_a_file_can_be_read_before_it_is_compiled():
    data = file_of(
        imported(LIBRARY, "lib", location="../x/library.dmn"), imported("urn:pmml", "model", PMML), own="urn:own"
    )
    assert header(data) == Header("file", "File", "urn:own", (Import(LIBRARY, "lib", "library.dmn"),))
    assert header(data.replace(b' id="file"', b"")).id == "File"


def test_a_file_that_is_not_there_is_the_only_finding_of_what_refers_to_it():
    data = file_of(
        imported(LIBRARY, "lib"),
        input_data("x", "lib.tAge"),
        decision("d", literal("lib.fee"), requires=[f"{LIBRARY}#fee"]),
    )
    assert codes(data) == [("dmn.import_unknown", LIBRARY)]
    with pytest.raises(DmnInvalid):
        parse(data)


def test_imports_in_a_circle_are_refused():
    one = library(imported(BASE, "base"), decision("a", literal("1")))
    other = library(imported(LIBRARY, "lib"), decision("b", literal("1")), own=BASE)
    assert codes(one, one, other) == [("dmn.import_faulty", BASE)]
    itself = library(imported(LIBRARY, "me"))
    assert codes(itself, itself) == [("dmn.import_circular", LIBRARY)]


def test_an_import_with_errors_of_its_own_is_refused():
    broken = library(decision("fee", literal("1 +")))
    data = file_of(imported(LIBRARY, "lib"), decision("d", literal("1")))
    assert codes(data, broken) == [("dmn.import_faulty", LIBRARY)]
    no_xml = Linker(lambda _wanted: b"<definitions").compile(data)
    assert [one.code for one in no_xml.findings] == ["dmn.import_faulty"]


@pytest.mark.parametrize(
    ("elements", "code", "what"),
    [
        ([imported("urn:pmml", "model", PMML)], "dmn.import_type_unsupported", "model"),
        ([imported("urn:xsd", "types", "http://www.w3.org/2001/XMLSchema")], "dmn.import_type_unsupported", "types"),
        ([imported(LIBRARY, "a"), imported(LIBRARY, "b")], "dmn.import_double", LIBRARY),
        ([imported(LIBRARY, "fee"), decision("fee", literal("1"))], "dmn.name_double", "fee"),
        ([imported(LIBRARY, ""), decision("x", literal("1"), name="fee")], "dmn.name_double", "fee"),
        (
            [imported(LIBRARY, "lib"), decision("d", literal("1"), requires=[f"{LIBRARY}#gone"])],
            "dmn.reference_dead",
            None,
        ),
    ],
)
def test_imports_that_mean_nothing_are_refused(elements, code, what):
    assert codes(file_of(*elements), library(decision("fee", literal("10")))) == [(code, what)]
