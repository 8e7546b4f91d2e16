"""The page's content-security policy: which scripts may run, and that nothing is fetched."""

import base64
import hashlib
import re
from collections.abc import Iterable

from indicators.errors import fault

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<sub>\{s\}\.)?(?P<host>[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*)(?P<port>:[0-9]{1,5})?/[^\s\"'<>\\^`]*"
)
_PLACES = {"s", "x", "y", "z", "r"}


def check_tiles(address: str) -> str:
    """Return the origin that a tile address is fetched from, as a content-security policy writes it.

    Args:
        address: `http(s)://host/…` with the places `{z}`, `{x}`, `{y}` (or `{-y}`), optionally `{s}.` before
            the host (subdomains a, b, c) and `{r}`.

    Raises:
        InputError: The address is none of that form.

    >>> check_tiles("https://{s}.tile.example.org/{z}/{x}/{y}.png")
    'https://*.tile.example.org'
    """
    match = _ADDRESS.fullmatch(address)
    places = set(re.findall(r"\{-?([^{}]*)\}", address))
    if match is None or not {"x", "y", "z"} <= places <= _PLACES:
        raise fault("map.bad_tiles", found=address)
    sub = "*." if match["sub"] else ""
    return f"{match['scheme']}://{sub}{match['host']}{match['port'] or ''}"


def tile_host(address: str) -> str:
    """Return the host of a tile address, to name it as the source.

    >>> tile_host("https://{s}.tile.example.org/{z}/{x}/{y}.png")
    'tile.example.org'
    """
    return check_tiles(address).split("://")[1].removeprefix("*.")


def content_security_policy(scripts: Iterable[str], tile_origin: str = "") -> str:
    """Return a policy under which only these very scripts run and only images of `tile_origin` are fetched.

    Source: W3C, Content Security Policy Level 3, section 6.7 (hashes of inline scripts).
    """
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    sources = " ".join(f"'sha256-{value}'" for value in hashes) or "'none'"
    images = f"data: {tile_origin}".strip()
    return (
        f"default-src 'none'; script-src {sources}; style-src 'unsafe-inline'; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )
