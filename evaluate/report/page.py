"""One offline page: the templates, their looks and script, and the policy that allows nothing from outside."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evaluate.report.parts import LIMIT, Kind, Labels, written


@cache
def environment() -> Environment:
    """Return the templates; everything that they show is escaped."""
    made = Environment(
        loader=PackageLoader("evaluate.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["written"] = written
    made.globals["aligned"] = aligned
    made.globals["strong"] = lambda value, kind: kind == "correlation" and value is not None and abs(value) > LIMIT
    return made


def aligned(kind: Kind) -> str:
    """Return the class by which a column is aligned."""
    return kind if kind in ("text", "name", "code", "score") else "number"


def render(template: str, labels: Labels, title: str, **values: Any) -> str:
    """Render a page with its script and the policy that names the script by its digest."""
    script = _packed("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    page = environment().get_template(template)
    return page.render(
        labels=labels,
        say=labels.say,
        tongue="zh-CN" if labels.language == "zh" else "en-GB",
        title=title,
        notice=labels.picked(labels.results.manifest.get("notice") or ""),
        policy=policy,
        style=Markup(_packed("page.css")),
        script=Markup(script),
        **values,
    )


@cache
def _packed(name: str) -> str:
    """Return a file that is packed with the templates."""
    return (files("evaluate.report") / "templates" / name).read_text(encoding="utf-8").strip()
