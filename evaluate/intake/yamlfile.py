"""YAML files read safely, with the line of every key kept and every fault in a user's words."""

import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from evaluate.intake.cell import plainly
from evaluate.intake.files import read_bytes
from evaluate.intake.yamltree import Builder, Node
from indicators.errors import Faults, InputError, Place, fault
from indicators.spec import Path, dotted

MAX_BYTES = 5_000_000

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What the parser says, and the entry that says it in a user's words; the first that fits counts.
_PROBLEMS = (
    ("tab character", "intake.yaml_tab"),
    ("cannot start any token", "intake.yaml_character"),
    ("mapping values are not allowed", "intake.yaml_colon"),
    ("block sequence entries are not allowed", "intake.yaml_dash"),
    ("sequence entries are not allowed", "intake.yaml_dash"),
    ("unexpected end of stream", "intake.yaml_quote"),
    ("unexpected document", "intake.yaml_quote"),
    ("escape character", "intake.yaml_escape"),
    ("hexdecimal", "intake.yaml_escape"),
    ("hexadecimal", "intake.yaml_escape"),
    ("',' or ']'", "intake.yaml_bracket"),
    ("',' or '}'", "intake.yaml_brace"),
    ("could not find expected ':'", "intake.yaml_no_colon"),
    ("expected key", "intake.yaml_indent"),
    ("'-' indicator", "intake.yaml_indent"),
    ("expected <block end>", "intake.yaml_indent"),
    ("alphabetic or numeric", "intake.yaml_anchor"),
    ("control characters", "intake.yaml_control"),
    ("special characters", "intake.yaml_control"),
    ("<document start>", "intake.yaml_documents"),
    ("undefined tag handle", "intake.yaml_tag_handle"),
)
# Told where something was opened: that is where to mend it, and the end of the file says nothing.
_OPENED = ("intake.yaml_quote", "intake.yaml_bracket", "intake.yaml_brace", "intake.yaml_no_colon")


@dataclass(frozen=True, eq=False)
class YamlFile:
    """A YAML file: its data, and where every key stands."""

    file: str
    """Its name as the user knows it."""
    data: dict[Any, Any]
    """Plain dicts, lists and scalars."""
    _root: Node = field(repr=False)
    base: "YamlFile | None" = None
    """The file that keys at the top come from which this one does not state."""

    def place(self, path: Path) -> Place:
        """Return the place of a key; where it is missing, the line of the nearest key above that is there."""
        if self.base is not None and path and _step(self._root, path[0]) is None:
            return self.base.place(path)
        node, line = self._root, self._root.line
        named: list[str | int] = list(path)
        for position, part in enumerate(path):
            if isinstance(node.content, dict):
                named[position] = str(part)  # a year is a key here, and no number of an entry
            step = _step(node, part)
            if step is None:
                break
            node, line = step
        return Place(self.file, line=line, key=dotted(tuple(named)))


def _step(node: Node, part: str | int) -> tuple[Node, int] | None:
    """Return the child that a part of a path names, and the line where it begins."""
    if isinstance(node.content, dict):
        key = part if part in node.content else next((k for k in node.content if str(k) == str(part)), None)
        return None if key is None else (node.content[key], node.lines[key])
    if isinstance(node.content, list) and isinstance(part, int) and 0 <= part < len(node.content):
        return node.content[part], node.lines[part]
    return None


def read_yaml(path: FilePath, shown: str) -> YamlFile:
    """Read a YAML file.

    Args:
        path: where the file lies.
        shown: its name in messages.

    Errors: an `InputError` with every fault: a file that cannot be read, is no UTF-8 or does not parse,
    duplicate keys, keys that YAML takes for something else than text or whole numbers, custom tags, endless
    or huge aliases.
    """
    return parse_yaml(read_bytes(path, shown, Place(shown), MAX_BYTES), shown)


def parse_yaml(data: bytes, shown: str) -> YamlFile:
    r"""Read YAML from bytes; see `read_yaml`.

    >>> file = parse_yaml(b"period:\n  from: 2012\n", "a.yaml")
    >>> file.data, str(file.place(("period", "from"))), str(file.place(("period", "to")))
    ({'period': {'from': 2012}}, 'a.yaml:2', 'a.yaml:1')
    """
    written = _decode(data, shown)
    faults = Faults()
    try:
        root = Builder(yaml.parse(written, Loader=_LOADER), shown, faults).document()
    except yaml.YAMLError as error:
        faults.extend(_said(error, written, shown).faults)
        root = None
    except InputError as error:
        faults.extend(error.faults)
        root = None
    faults.raise_if_any()
    if root is None or root.content is None:
        raise fault("intake.yaml_empty", Place(shown))
    if not isinstance(root.content, dict):
        raise fault("intake.yaml_top", Place(shown, line=root.line))
    return YamlFile(shown, root.plain(), root)


def _decode(data: bytes, shown: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fault("intake.yaml_encoding", Place(shown, line=line)) from None


def _said(error: yaml.YAMLError, written: str, shown: str) -> InputError:
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "")
    text_key = next((key for part, key in _PROBLEMS if part in problem), "intake.yaml_other")
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    lines = _BREAK.split(written)
    line = mark.line + 1 if mark else _line_at(error, written)
    if text_key in _OPENED and context:
        line = context.line + 1
    found = ""
    if text_key == "intake.yaml_character" and mark:
        found = lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
        text_key = "intake.yaml_tab" if found == "\t" else text_key
    return fault(text_key, Place(shown, line=min(line, len(lines))), found=plainly(found))


def _line_at(error: yaml.YAMLError, written: str) -> int:
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        return 1
    # libyaml counts bytes, the parser in Python characters
    if isinstance(getattr(error, "character", None), int):
        before = written.encode("utf-8")[:position].decode("utf-8", errors="ignore")
        return before.count("\n") + 1
    return written.count("\n", 0, position) + 1
