"""Drawings that nobody draws by hand: huge, deep, entangled, or made to be taken for something else."""

from __future__ import annotations

from tests.kernel.draw import HEAD, end, file, flow, flows, node, start, user

SIGNALS = '<signal id="sig" name="sig"/>'


def chain(length: int) -> bytes:
    """A path of user tasks."""
    tasks = "".join(user(f"n{number}") + flow(f"n{number - 1}", f"n{number}") for number in range(1, length))
    return file(start("n0") + tasks)


def fan(branches: int) -> bytes:
    """A fork into many branches that meet again."""
    inside = "".join(
        user(f"n{number}") + flow("g", f"n{number}") + flow(f"n{number}", "j") for number in range(branches)
    )
    gates = node("parallelGateway", "g") + node("parallelGateway", "j") + flow("s", "g") + flow("j", "e")
    return file(start() + gates + inside + end())


def choices(number: int, join: str) -> bytes:
    """Many times in a row: a choice whose branches meet in a join."""
    kind = "exclusiveGateway" if join == "parallelGateway" else join
    parts = [start(), flow("s", "g0")]
    for place in range(number):
        parts += [
            node(kind, f"g{place}", default=f"d{place}"),
            node(join, f"j{place}"),
            user(f"a{place}"),
            user(f"b{place}"),
            flow(f"g{place}", f"a{place}", "=x"),
            flow(f"g{place}", f"b{place}", name=f"d{place}"),
            flow(f"a{place}", f"j{place}"),
            flow(f"b{place}", f"j{place}"),
            flow(f"j{place}", f"g{place + 1}"),
        ]
    return file("".join(parts) + end(f"g{number}"))


def messages(number: int) -> bytes:
    """As many messages as events that wait for them."""
    shared = "".join(f'<message id="m{place}" name="m{place}"/>' for place in range(number))
    events = "".join(
        node("intermediateCatchEvent", f"n{place}", f'<messageEventDefinition messageRef="m{place}"/>')
        + flow(f"n{place - 1}", f"n{place}")
        for place in range(1, number)
    )
    return file(start("n0") + events).replace(SIGNALS.encode(), (SIGNALS + shared).encode(), 1)


def links(number: int) -> bytes:
    """Pairs of link events."""
    pairs = "".join(
        flow("s", f"t{place}")
        + node("intermediateThrowEvent", f"t{place}", f'<linkEventDefinition name="l{place}"/>')
        + node("intermediateCatchEvent", f"c{place}", f'<linkEventDefinition name="l{place}"/>')
        for place in range(number)
    )
    return file(start() + pairs)


def nested(levels: int) -> bytes:
    """Sub-processes inside each other."""
    inside = "".join(f'<subProcess id="s{level}">' for level in range(levels))
    return file(inside + user("u") + "</subProcess>" * levels)


def tangle(gateways: int) -> bytes:
    """Every gateway leads to every gateway."""
    nodes = "".join(node("exclusiveGateway", f"n{number}") for number in range(gateways))
    flows = "".join(flow(f"n{one}", f"n{other}") for one in range(gateways) for other in range(gateways))
    return file(start() + nodes + flows)


def rounds(number: int, sequential: str = "false") -> bytes:
    """A task that is to be done many times."""
    count = f"<loopCardinality>{number}</loopCardinality>"
    loop = node("multiInstanceLoopCharacteristics", "l", count, isSequential=sequential)
    return file(start() + user("a", loop) + flows("s a"))


def same_id(number: int) -> bytes:
    """Many elements of one id."""
    return file(start() + user("u") * number)


def entities(declarations: str, use: str = "&e;") -> bytes:
    """A file with a document type."""
    return f"<!DOCTYPE d [{declarations}]><d n='{use}'>{use}</d>".encode()


def laughs(levels: int = 20) -> str:
    """Entities that stand for ten of the one before."""
    tens = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, levels))
    return f'<!ENTITY e0 "ha">{tens}<!ENTITY e "&e{levels - 1};">'


def text(megabytes: int) -> bytes:
    """One long text."""
    return (HEAD + "<documentation>" + "x" * (megabytes << 20) + "</documentation></definitions>").encode()


def elements(number: int) -> bytes:
    """Many elements that mean nothing."""
    return (HEAD + "<a/>" * number + "</definitions>").encode()
