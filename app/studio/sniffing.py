"""What an uploaded file is, by its content: other tools give their drawings all kinds of endings."""

import codecs
import re

from app.engine.catalogue import Kind
from app.kernel.reading import NotReadable, read
from app.studio.kinds import kind_of

ENDINGS = (".bpmn", ".bpmn2", ".bpmn20.xml", ".xml", ".dmn", ".form", ".json")
"""Of files that are taken out of an archive; a single file may be called anything."""
_DECLARED = re.compile(r"\s*<\?xml[^>]*?\?>")


def kind_of_content(name: str, content: bytes) -> Kind:
    """Return the kind of a file: what its own ending says, else what it contains, else a drawing."""
    known = kind_of(name)
    if known in ("decision", "form"):
        return known
    try:
        read(content)
    except NotReadable as unreadable:
        if unreadable.finding.code == "kernel.is_dmn":
            return "decision"
        if unreadable.finding.params.get("kind") == "JSON":
            return "form"
    return "process"


def stem(name: str) -> str:
    """The name of a file without its folders and its ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    lower = last.lower()
    ending = max((one for one in ENDINGS if lower.endswith(one)), key=len, default="")
    return last[: len(last) - len(ending)] if ending else last.rpartition(".")[0] or last


def as_text(content: bytes) -> str:
    """The text of an XML or JSON file for an editor, in which it is UTF-8 whatever it was before.

    The file must have been read as what it is before, so its bytes fit the encoding that it declares.
    """
    text = content.decode(_encoding(content))
    declared = _DECLARED.match(text)
    return f'<?xml version="1.0" encoding="UTF-8"?>{text[declared.end() :]}' if declared else text


def _encoding(content: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if content.startswith(mark):
            return encoding
    declared = re.match(rb"\s*<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]+)", content)
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    # GB2312 is mostly written by programs that mean its supersets.
    return "gb18030" if name in ("gb2312", "gbk") else name
