# ruff: noqa: E501
"""What local regression refuses, in both languages, and that nothing it can say is left untried."""

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import yaml

from geo.local_weights import local_entropy
from geo.regression import label
from geo.regression.design import Design, design
from geo.regression.engine import Basis, full
from geo.regression.gwr import find_bandwidth, gwr, places_of
from geo.regression.hat import infer
from geo.regression.kernels import Places, Window
from geo.regression.mgwr import mgwr
from geo.regression.spatial import spatial
from indicators.errors import InputError, Place

HAN = re.compile(r"[\u4e00-\u9fff]")
N = 70


def made(seed: int = 1, n: int = N, **more: object) -> Design:
    rng = np.random.default_rng(seed)
    given: dict[str, object] = {
        "y": rng.normal(size=n),
        "columns": {"rain": rng.normal(size=n), "slope": rng.normal(size=n)},
        "coordinates": rng.uniform(0, 1e5, (n, 2)),
        "metric": "planar",
    }
    given |= more
    return design(**given)  # type: ignore[arg-type]


def _corner() -> Design:
    """A column that is 1 in one corner alone, so that far from it it is constant."""
    rng = np.random.default_rng(2)
    at = rng.uniform(0, 1e5, (N, 2))
    return made(columns={"rain": rng.normal(size=N), "corner": (at.sum(axis=1) < 6e4).astype(float)}, coordinates=at)


def _crowd() -> Design:
    at = np.random.default_rng(1).uniform(0, 1e5, (N, 2))
    at[:30] = at[0]
    return made(coordinates=at)


def _concurve() -> None:
    """Two camps beyond each other's windows: constants of either can be had from two terms."""
    rng = np.random.default_rng(1)
    at = rng.uniform(0, 1e3, (N, 2)) + np.repeat([[0.0, 0.0], [1e7, 1e7]], N // 2, axis=0)
    camp = np.repeat([1.0, -1.0], N // 2)
    rows = made(columns={"camp": camp}, coordinates=at, y=camp + rng.normal(size=N))
    fit = mgwr(rows, kernel="bisquare", adaptive=False, start=1e8, lows=(5e4, 5e4), rounds=1)
    infer(replace(fit, bandwidths=np.array([5e4, 5e4])), way="exact")


rng = np.random.default_rng(5)
LINE = rng.normal(size=N)
CASES: dict[str, tuple[Callable[..., object], str]] = {
    "too_few": (
        lambda: made(n=5),
        "5 of 5 units have a value for everything; a regression on so many columns needs 6",
    ),
    "few_units": (
        lambda: made(n=21),
        "21 of 21 units have a value for everything, fewer than 50: too few for local regression; `force: true` lets it pass",
    ),
    "one_place": (lambda: made(coordinates=np.full((N, 2), 5e5)), "all units stand at one place"),
    "constant_column": (
        lambda: made(columns={"rain": np.full(N, 0.1), "slope": LINE}),
        "'rain' is the same everywhere and explains nothing",
    ),
    "constant_explained": (lambda: made(y=np.full(N, 3.3)), "the explained variable is the same everywhere: nothing to explain"),
    "collinear_column": (
        lambda: made(columns={"a": LINE, "b": LINE**2, "c": 3 * LINE - 2 * LINE**2 + 7}),
        "'c' follows from a, b; leave one of them out",
    ),
    "exact": (
        lambda: made(y=2 * LINE + 5, columns={"a": LINE, "b": LINE**2}),
        "the explained variable follows from the columns exactly: nothing is left for local regression",
    ),
    "bandwidth_of_units": (
        lambda: gwr(made(), bandwidth=71),
        "a bandwidth of nearest units is a whole number from 1 to 70; found 71",
    ),
    "no_reach": (
        lambda: gwr(_crowd(), bandwidth=20),
        "at bandwidth 20 the window has no extent at 30 unit(s), where too many share a place; widen it",
    ),
    "singular": (
        lambda: gwr(made(), bandwidth=2, kernel="bisquare"),
        "at bandwidth 2 the columns are collinear around 70 of 70 units; widen the window or leave columns out",
    ),
    "no_bandwidth": (
        lambda: find_bandwidth(made(), low=3, high=3),
        "each of 1 bandwidths tried leaves columns collinear around some unit, or a unit that alone determines its own fit; leave columns out",
    ),
    "concurvity": (
        _concurve,
        "the terms of the multiscale model cannot be told apart; widen the windows or use the iterated way",
    ),
    "negative_score": (
        lambda: local_entropy(np.array([[1.0, -2.0], [1.0, 1.0]]), Places(np.eye(2), "planar"), Window("gaussian", False, 9), ["a", "b"]),
        "local entropy needs scores of 0 or more; 'b' is negative in 1 unit(s)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_said(name: str) -> None:
    act, said = CASES[name]
    with pytest.raises(InputError) as error:
        act()
    told = error.value.faults
    assert [one.text_key for one in told] == [f"regression.{name}"]
    assert told[0].message("en") == said
    assert HAN.search(told[0].message("zh"))


def test_no_fault_is_left_out(root: Path) -> None:
    texts = yaml.safe_load((root / "configs" / "locales" / "regression.yaml").read_text(encoding="utf-8"))
    assert {key for key in texts if not key.startswith(("name_", "part_"))} == set(CASES)


def test_every_state_and_model_has_a_name(root: Path) -> None:
    texts = yaml.safe_load((root / "configs" / "locales" / "regression.yaml").read_text(encoding="utf-8"))
    names = {key.removeprefix("name_") for key in texts if key.startswith("name_")}
    assert names == {
        "defined", "missing", "singular", "constant_around", "no_information", "all", "no_links", "not_converged",
        "at_edge", "one_year", "no_error", "few_units", "no_place", "local_entropy", "ogwa",
        "ols", "lag", "error", "gwr", "mgwr", "gtwr",
    }  # fmt: skip
    assert all(set(label(name)) == {"zh", "en"} for name in names)


def test_all_at_once_and_located() -> None:
    place = Place("a.yaml", 9, key="regression.by")
    with pytest.raises(InputError) as error:
        made(
            n=21,
            y=np.arange(21.0),
            columns={"rain": np.ones(21), "co2": np.arange(21.0) ** 2},
            coordinates=np.full((21, 2), 5e5),
            made_of={"co2"},
            explained="synergy",
            place=place,
        )
    assert {one.text_key for one in error.value.faults} == {
        "detector.made_of", "regression.few_units", "regression.one_place", "regression.constant_column",
    }  # fmt: skip
    assert all(one.line().startswith("a.yaml:9  regression.by: ") for one in error.value.faults)


def test_what_is_forced_is_kept_in_the_rows() -> None:
    rng = np.random.default_rng(1)
    rows = design(
        rng.normal(size=21), {"co2": rng.normal(size=21)}, rng.uniform(0, 1e5, (21, 2)),
        metric="planar", made_of={"co2"}, force={"few_units", "made_of"},
    )  # fmt: skip
    assert rows.few and rows.made_of == ("co2",)
    assert not made().few and made().made_of == ()
    assert find_bandwidth(rows).bandwidth >= 4


def test_missing_rows_are_left_out_and_told() -> None:
    rng = np.random.default_rng(1)
    y, x, at = rng.normal(size=60), rng.normal(size=60), rng.uniform(0, 1e5, (60, 2))
    y[3], x[5], at[7, 1] = np.nan, np.inf, np.nan
    when = np.arange(60.0)
    when[9] = np.nan
    rows = design(y, {"x": x}, at, metric="planar", times=when)
    assert rows.dropped == 4 and not {3, 5, 7, 9} & set(rows.rows.tolist())


def test_units_at_one_place_are_counted_and_do_no_harm() -> None:
    rows = _crowd()
    assert rows.sharing == 30 and made().sharing == 0
    fit = gwr(rows, bandwidth=45)
    assert np.isfinite(fit.beta).all() and np.ptp(fit.beta[:30], axis=0).max() < 1e-9
    fixed = find_bandwidth(rows, adaptive=False)
    assert fixed.bandwidth > 0 and np.isfinite(fixed.score)


def test_a_window_in_which_a_column_is_constant_is_never_chosen() -> None:
    rows = _corner()
    places = places_of(rows)
    narrow = Window("bisquare", True, 12)
    with pytest.raises(InputError, match="collinear"):
        full(places, narrow, Basis(rows))
    found = find_bandwidth(rows, low=8)
    assert found.tried[0][1] == float("inf")
    assert all(np.isfinite(one) for _, one in found.steps)
    assert np.isfinite(gwr(rows, bandwidth=found.bandwidth).errors).all()


def test_wrong_calls() -> None:
    with pytest.raises(ValueError, match="one value a unit"):
        design([1, 2], {"x": [1]}, [[0, 0], [1, 1]], metric="planar")
    with pytest.raises(ValueError, match="two columns"):
        design([1, 2], {"x": [1, 2]}, [[0], [1]], metric="planar")
    with pytest.raises(ValueError, match="look like degrees: x 73 … 135, y 18 … 53"):
        made(coordinates=np.column_stack([np.linspace(73, 135, N), np.linspace(18, 53, N)]))
    with pytest.raises(ValueError, match="latitude in degrees: x 0 … 69000"):
        made(metric="great_circle", coordinates=np.column_stack([np.arange(N) * 1e3, np.arange(N) * 1e3]))
    with pytest.raises(ValueError, match="matrix of neighbours is 3 × 3"):
        spatial(made(), np.eye(3)[:, [0, 1, 1]], "lag")
    with pytest.raises(ValueError, match="weights of 0 or more among 70 units"):
        spatial(made(), np.zeros((N, N)), "error")
    with pytest.raises(ValueError, match="weights of 0 or more"):
        spatial(made(), np.eye(N, k=1) - np.eye(N, k=2) / 2, "lag")
    with pytest.raises(ValueError, match="factor of time needs times"):
        Places(np.zeros((3, 2)), "planar", time=1.0)
    with pytest.raises(ValueError, match="at least 0"):
        Places(np.zeros((3, 2)), "planar", space=0.0)
    with pytest.raises(ValueError, match="above 0, in metres; found 0"):
        gwr(made(), bandwidth=0, adaptive=False)
    with pytest.raises(ValueError, match="unknown kernel"):
        gwr(made(), bandwidth=30, kernel="tricube")  # type: ignore[arg-type]


def test_heavy_peers_are_not_loaded_with_the_package() -> None:
    import subprocess
    import sys

    names = [
        f"geo.{part}"
        for part in ("regression.hat", "regression.models", "regression.diagnosis", "regression.gtwr", "detector.choice", "local_weights")
    ]  # fmt: skip
    for name in names:
        import_module(name)
    code = f"import sys; import {', '.join(names)}; print(*({{'spreg', 'libpysal', 'sklearn', 'mgwr', 'mapclassify'}} & set(sys.modules)))"
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=root)
    assert done.stdout.strip() == b"", done.stdout
