"""Every text that a user sees, in Chinese and English, from `configs/locales/`.

A key is `topic.name`: the topic is the file, the name the entry in it. Each entry holds both languages
side by side, so a missing translation is seen at once.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal

import yaml

from indicators.bundled import configs

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def catalogue(topic: str) -> dict[str, dict[str, str]]:
    """Return the entries of one topic, `{name: {language: template}}`."""
    path = configs() / "locales" / f"{topic}.yaml"
    with path.open(encoding="utf-8") as stream:
        return dict(yaml.load(stream, Loader=_Loader) or {})


def text(key: str, language: str, /, **values: object) -> str:
    """Return the text of `key` in `language`, its places filled with `values`.

    A value that is itself a pair of texts (`{"zh": …, "en": …}`) is shown in the language asked for.

    >>> text("faults.missing_key", "en"), text("faults.missing_key", "zh")
    ('this key is missing', '缺少此键')
    """
    topic, _, name = key.partition(".")
    template = catalogue(topic)[name][language]
    return template.format_map({k: pick(v, language) for k, v in values.items()})


def both(key: str, /, **values: object) -> dict[str, str]:
    """Return the text of `key` in every language."""
    return {language: text(key, language, **values) for language in LANGUAGES}


def pick(label: object, language: str, /) -> object:
    """Return the part of a label in `language`, else the other language; anything else as it is.

    >>> pick({"zh": "城市", "en": "city"}, "en"), pick({"zh": "城市"}, "en"), pick(3, "en")
    ('city', '城市', 3)
    """
    if isinstance(label, Mapping) and label and set(label) <= set(LANGUAGES):
        return label.get(language) or next(iter(label.values()))
    return label


def joined(labels: Iterable[object]) -> dict[str, str]:
    """Return a list of labels as one label.

    >>> joined([{"zh": "降碳", "en": "carbon"}, {"zh": "减污", "en": "pollution"}])
    {'zh': '降碳、减污', 'en': 'carbon, pollution'}
    """
    listed = list(labels)
    return {
        "zh": "、".join(str(pick(label, "zh")) for label in listed),
        "en": ", ".join(str(pick(label, "en")) for label in listed),
    }


def listed(items: Iterable[object], limit: int = 5) -> str:
    """Return the first names of a list for a message.

    >>> listed(["a", "b"]), listed(range(9), limit=3)
    ('a, b', '0, 1, 2, …')
    """
    names = [str(item) for item in items]
    return ", ".join(names[:limit]) + (", …" if len(names) > limit else "")
