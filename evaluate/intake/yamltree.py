"""A YAML document as a tree that remembers its lines, built from events so that no depth or alias harms."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from indicators.errors import Faults, Place, fault
from indicators.spec import Path, dotted, shown

Key = str | int
Scalar = str | int | float | bool | None

MAX_DEPTH = 60
MAX_VALUES = 200_000

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUTH = {
    written: truth
    for truth, words in ((True, ("yes", "true", "on")), (False, ("no", "false", "off")))
    for word in words
    for written in (word, word.capitalize(), word.upper())
}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,300})")
_NUMBER = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")
_NO_NUMBER = {".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt\s].*)?")
_KINDS: dict[type, str] = {bool: "truth", float: "number", type(None): "nothing"}
_STANDARD = "tag:yaml.org,2002:"


@dataclass
class Node:
    """One value of the document: a scalar, or a list or mapping of nodes with the lines of its entries."""

    line: int
    content: Any
    lines: dict[Key, int] = field(default_factory=dict)
    size: int = 1
    """Number of values in it, aliases counted as often as they are used."""
    depth: int = 1

    def plain(self) -> Any:
        """Return the value as plain data, nothing of it shared."""
        if isinstance(self.content, dict):
            return {key: child.plain() for key, child in self.content.items()}
        if isinstance(self.content, list):
            return [child.plain() for child in self.content]
        return self.content


def scalar(written: str) -> Scalar:
    """Return what a text without quotes stands for.

    Numbers are decimal, as YAML 1.2 has it: what only YAML 1.1 takes for a number (`010` octal, `12:30`
    sexagesimal, `1_000`) or for a date stays the text that was written.

    >>> scalar("2016"), scalar("1e3"), scalar("no"), scalar("~")
    (2016, 1000.0, False, None)
    >>> scalar("010"), scalar("12:30"), scalar("2020-01-01")
    ('010', '12:30', '2020-01-01')
    """
    if written in _NULL:
        return None
    if written in _TRUTH:
        return _TRUTH[written]
    if _WHOLE.fullmatch(written):
        return int(written)
    if _NUMBER.fullmatch(written):
        return float(written)
    if written.lower() in _NO_NUMBER:
        return float(_NO_NUMBER[written.lower()])
    return written


class Builder:
    """Builds the tree of one document; faults that leave the rest readable are collected in `faults`."""

    def __init__(self, events: Iterator[Any], file: str, faults: Faults) -> None:
        self._events = events
        self._file = file
        self._faults = faults
        self._anchors: dict[str, Node | None] = {}
        self._depth = 0
        self._values = 0

    def document(self) -> Node | None:
        """Return the tree of the only document, or nothing when there is none."""
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise fault("intake.yaml_documents", self._place(event))
                self._anchors = {}
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, ())
        return root

    def _place(self, event: Any, path: Path = ()) -> Place:
        return Place(self._file, line=event.start_mark.line + 1, key=dotted(path))

    def _node(self, event: Any, path: Path) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        self._depth += 1
        self._count(1, self._depth, event)
        line = event.start_mark.line + 1
        if event.anchor:
            self._anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            node = Node(line, self._scalar(event, path))
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._list(event, path)
        else:
            node = self._mapping(event, path)
        if event.anchor:
            self._anchors[event.anchor] = node
        self._depth -= 1
        return node

    def _count(self, values: int, depth: int, event: Any) -> None:
        """Bound what is built, aliases counted as often as they are used."""
        self._values += values
        if self._values > MAX_VALUES:
            raise fault("intake.yaml_many", self._place(event), limit=MAX_VALUES)
        if depth > MAX_DEPTH:
            raise fault("intake.yaml_deep", self._place(event), limit=MAX_DEPTH)

    def _alias(self, event: Any, path: Path) -> Node:
        if event.anchor not in self._anchors:
            raise fault("intake.yaml_no_anchor", self._place(event, path), name=event.anchor)
        node = self._anchors[event.anchor]
        if node is None:
            raise fault("intake.yaml_cycle", self._place(event, path), name=event.anchor)
        self._count(node.size, self._depth + node.depth, event)
        return node

    def _list(self, event: Any, path: Path) -> Node:
        self._tag(event, path, "seq")
        items: list[Node] = []
        lines: dict[Key, int] = {}
        while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
            lines[len(items)] = inner.start_mark.line + 1
            items.append(self._node(inner, (*path, len(items))))
        return _measured(Node(event.start_mark.line + 1, items, lines), items)

    def _mapping(self, event: Any, path: Path) -> Node:
        self._tag(event, path, "map")
        entries: dict[Key, Node] = {}
        lines: dict[Key, int] = {}
        merged: list[Node] = []
        while not isinstance(inner := next(self._events), yaml.MappingEndEvent):
            key = self._key(inner, path)
            value = self._node(next(self._events), path if key is None else (*path, str(key)))
            if key is None:
                continue
            line = inner.start_mark.line + 1
            if key in lines:
                place = self._place(inner, (*path, str(key)))
                self._faults.add("intake.yaml_twice", place, first=lines[key], second=line)
            elif key == "<<" and _is_plain(inner):
                merged = self._merged(value, inner, path)
            else:
                entries[key] = value
            lines.setdefault(key, line)
        for source in merged:
            for key, value in source.content.items():
                if key not in entries:
                    entries[key], lines[key] = value, source.lines[key]
        return _measured(Node(event.start_mark.line + 1, entries, lines), entries.values())

    def _merged(self, value: Node, event: Any, path: Path) -> list[Node]:
        sources = value.content if isinstance(value.content, list) else [value]
        if all(isinstance(source.content, dict) for source in sources):
            return list(sources)
        self._faults.add("intake.yaml_merge", self._place(event, path))
        return []

    def _key(self, event: Any, path: Path) -> Key | None:
        """Return the key, or nothing after a fault; the value is read on, for its own faults."""
        if isinstance(event, yaml.AliasEvent):
            value = self._alias(event, path).content
        elif isinstance(event, yaml.ScalarEvent):
            value = self._node(event, path).content
        else:
            value = self._node(event, path).content
            self._faults.add("intake.yaml_key_shape", self._place(event, path))
            return None
        plain = isinstance(event, yaml.AliasEvent) or _is_plain(event)
        dated = isinstance(value, str) and plain and _DATE.fullmatch(value) is not None
        if isinstance(value, bool) or dated or not isinstance(value, str | int):
            written = getattr(event, "value", str(value))
            kind = "date" if dated else _KINDS.get(type(value), "shape")
            self._faults.add(f"intake.yaml_key_{kind}", self._place(event, path), found=written)
            return None
        return value

    def _scalar(self, event: Any, path: Path) -> Scalar:
        written: str = event.value
        if event.tag in (None, "!"):
            return scalar(written) if _is_plain(event) and event.tag is None else written
        kind = event.tag.removeprefix(_STANDARD)
        value: Scalar = written if kind == "str" else scalar(written)
        if kind == "float" and type(value) is int:
            value = float(value)
        expected = {"str": str, "int": int, "float": float, "bool": bool, "null": type(None)}.get(kind)
        if event.tag == kind or expected is None:
            self._faults.add("intake.yaml_tag", self._place(event, path), found=shown(_short(event.tag)))
        elif type(value) is not expected:
            self._faults.add(
                "intake.yaml_tag_value", self._place(event, path), found=shown(written), tag=_short(event.tag)
            )
        return value

    def _tag(self, event: Any, path: Path, kind: str) -> None:
        if event.tag not in (None, "!", _STANDARD + kind):
            self._faults.add("intake.yaml_tag", self._place(event, path), found=shown(_short(event.tag)))


def _measured(node: Node, children: Iterable[Node]) -> Node:
    for child in children:
        node.size += child.size
        node.depth = max(node.depth, child.depth + 1)
    return node


def _is_plain(event: Any) -> bool:
    """Tell a scalar without quotes and without a tag."""
    return event.style in (None, "") and event.implicit[0]


def _short(tag: str) -> str:
    return "!!" + tag.removeprefix(_STANDARD) if tag.startswith(_STANDARD) else tag
