"""The content-security policy and the only outside address that it may let in."""

import pytest

from geo.maps import check_tiles
from geo.maps.policy import content_security_policy, tile_host
from indicators.errors import InputError


def test_the_hash_is_the_one_of_the_standard() -> None:
    # W3C, Content Security Policy Level 2, section 7.18.1: the printed example of a script and its hash.
    policy = content_security_policy(["alert('Hello, world.');"])
    assert "script-src 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=';" in policy


def test_nothing_is_allowed_that_is_not_named() -> None:
    policy = content_security_policy(["a", "b"])
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe-eval" not in policy
    assert policy.count("unsafe-inline") == 1
    assert "style-src 'unsafe-inline'" in policy
    assert policy.endswith("img-src data:; base-uri 'none'; form-action 'none'")
    assert "http" not in policy


def test_only_the_tiles_come_from_outside() -> None:
    policy = content_security_policy(["a"], check_tiles("https://t0.example.com:8080/w/{z}/{x}/{y}?tk=1"))
    assert "img-src data: https://t0.example.com:8080;" in policy
    assert policy.count("http") == 1


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://tile.example.org/{z}/{x}/{y}.png", "https://tile.example.org"),
        ("http://localhost:8000/{z}/{x}/{-y}{r}.png", "http://localhost:8000"),
        ("https://{s}.example.org/{z}/{x}/{y}.png", "https://*.example.org"),
    ],
)
def test_tile_addresses(address: str, origin: str) -> None:
    assert check_tiles(address) == origin


@pytest.mark.parametrize(
    "address",
    [
        "",
        "OpenStreetMap",
        "https://example.org/tile.png",
        "https://example.org/{z}/{x}.png",
        "https://example.org/{z}/{x}/{y}/{key}.png",
        "ftp://example.org/{z}/{x}/{y}.png",
        "javascript:alert(1)//{z}/{x}/{y}",
        "https://example.org; script-src */{z}/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
        'https://example.org/{z}/{x}/{y}.png"><script>',
        "//example.org/{z}/{x}/{y}.png",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(InputError) as caught:
        check_tiles(address)
    assert "https://host/{z}/{x}/{y}.png" in caught.value.render("en")
    assert "不是可用的底图地址" in caught.value.render("zh")


def test_the_host_is_named_as_the_source() -> None:
    assert tile_host("https://{s}.tile.example.org/{z}/{x}/{y}.png") == "tile.example.org"
