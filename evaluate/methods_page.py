"""The page on methods, made from their declarations.

`python -m evaluate.methods_page > docs/methods.md` writes it anew.
"""

import re
import sys
from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

from evaluate.catalogue import methods
from indicators.texts import text

_SPECIAL = re.compile(r"([\\*_\[\]|])")


def methods_page(language: str = "en") -> str:
    """Return every method of every family as Markdown: formula, parameters, source.

    >>> methods_page().splitlines()[0]
    '# Methods'
    """
    return "\n".join(_page(language)).rstrip() + "\n"


def _page(language: str) -> Iterator[str]:
    yield f"# {text('methods_page.title', language)}\n"
    yield f"{text('methods_page.intro', language)}\n"
    yield f"{text('methods_page.order', language)}\n"
    for family, members in groupby(methods(), key=lambda method: method["family"]):
        yield f"## {text(f'methods_page.family_{family}', language)}\n"
        yield f"{text(f'methods_page.about_{family}', language)}\n"
        for method in members:
            yield from _method(method, language)


def _method(method: dict[str, Any], language: str) -> Iterator[str]:
    yield f"### {method['family']}: `{method['method']}`\n"
    for paragraph in method["description"].split("\n\n"):
        yield f"{escaped(' '.join(paragraph.split()))}\n"
    if method["parameters"]:
        columns = (text(f"methods_page.{name}", language) for name in ("parameter", "default", "meaning"))
        yield f"| {' | '.join(columns)} |"
        yield "| --- | --- | --- |"
        for parameter in method["parameters"]:
            meaning = " ".join(parameter["description"].split())
            yield f"| `{parameter['name']}` | {_default(parameter, language)} | {escaped(meaning)} |"
        yield ""
    else:
        yield f"{text('methods_page.no_parameters', language)}\n"
    yield f"{text('methods_page.source', language, source=escaped(method['source']))}\n"


def _default(parameter: dict[str, Any], language: str) -> str:
    if parameter["required"]:
        return text("methods_page.required", language)
    value = parameter["default"]
    return "–" if value is None or value == {} else f"`{_shown(value)}`"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def escaped(words: str) -> str:
    r"""Return words with what Markdown would read as its own escaped; what stands in backquotes stays.

    >>> print(escaped("Σ_k |r_jk| below `pass_score`"))
    Σ\_k \|r\_jk\| below `pass_score`
    """
    parts = re.split(r"(`[^`]*`)", words)
    # `<` cannot be escaped by a backslash everywhere
    return "".join(p if p.startswith("`") else _SPECIAL.sub(r"\\\1", escape(p, quote=False)) for p in parts)


if __name__ == "__main__":
    sys.stdout.buffer.write(methods_page().encode("utf-8"))
