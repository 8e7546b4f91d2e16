"""Imputation in `score`: what is filled is listed, kept for later runs, and asked of no type that lacks it."""

from typing import Any

import numpy as np
import pytest
from sklearn.impute import KNNImputer
from sklearn.preprocessing import StandardScaler

from tests.evaluate.scoring.builder import cells, framework, panel, refused, scored, treated, warned

CODES = ("a", "b", "c")
FULL = framework({"d": {code: 1 for code in CODES}})
ACROSS = [{"method": "mean"}, {"method": "median"}, {"method": "knn", "neighbours": 2}, {"method": "iterative"}]
by_method = pytest.mark.parametrize("imputation", ACROSS, ids=lambda chosen: chosen["method"])


def table(years: tuple[int, ...] = (2019, 2020), gaps: tuple[tuple[str, int], ...] = (("u2", 2020),)) -> str:
    """Nine units whose three indicators go together; `b` lacks some."""
    lines = ["unit year a b c"]
    for n in range(9):
        for year in years:
            value = (n * 7) % 9 + 0.25 * (year - 2019) * (n % 3)
            b = "-" if (f"u{n}", year) in gaps else f"{3 * value + n % 2}"
            lines.append(f"u{n} {year} {value} {b} {100 - 10 * value - n % 4}")
    return "\n".join(lines)


@by_method
def test_every_filled_cell_is_listed_and_kept(imputation: dict[str, Any]) -> None:
    made = scored(panel(table()), FULL, imputation=imputation)
    ((unit, year, code, before, after),) = treated(made, "imputation")
    assert (unit, year, code, before) == ("u2", 2020, "b", None)
    stored = made.fitted.imputation
    by_unit = imputation["method"] in ("knn", "iterative")
    assert list(stored["b"]) == ["u2|2020" if by_unit else "|2020"] and not stored["a"] and not stored["c"]
    assert next(iter(stored["b"].values())) == pytest.approx(after, abs=1e-9)
    value = made.value_table.set_index(["unit", "year"]).loc[("u2", 2020), "b"]
    assert value == pytest.approx(after, abs=1e-9)
    assert made.changes[0].reason.text_key.startswith("scoring.filled_")


@by_method
def test_a_published_year_stays_as_it_was(imputation: dict[str, Any]) -> None:
    first = scored(panel(table()), FULL, imputation=imputation)
    # figures of 2020 that were corrected later, and a year more, with a gap of its own
    corrected = table((2019, 2020, 2021), (("u2", 2020), ("u5", 2021))).replace("u4 2020 1.25", "u4 2020 7.75")
    later = scored(panel(corrected), FULL, first.fitted, imputation=imputation)
    kept, before = later.fitted.imputation["b"], first.fitted.imputation["b"]
    assert {key: kept[key] for key in before} == before and len(kept) == 2
    filled = {(c.unit, c.year): c.after for c in later.changes if c.step == "imputation"}
    assert set(filled) == {("u2", 2020), ("u5", 2021)} and filled["u2", 2020] == first.changes[0].after


def test_nearest_units_of_the_same_year() -> None:
    made = scored(panel(table()), FULL, imputation={"method": "knn", "neighbours": 2})
    values = panel(table()).values.loc[(slice(None), 2020), list(CODES)].to_numpy()
    scale = StandardScaler()
    expected = scale.inverse_transform(KNNImputer(n_neighbors=2).fit_transform(scale.fit_transform(values)))
    ((_, _, _, _, after),) = treated(made, "imputation")
    assert after == pytest.approx(expected[2, 1], rel=1e-9)


@by_method
def test_what_a_type_is_not_asked_for_stays_away(imputation: dict[str, Any]) -> None:
    definition = framework(
        {"d": {"a": 1, "b": 1, "c": 1}}, types={"x": {}, "y": {"indicators": {"d": {"a": 1, "c": 1}}}}
    )
    kinds = {f"u{n}": "y" if n == 2 else "x" for n in range(9)}
    made = scored(panel(table(gaps=(("u2", 2020), ("u3", 2020))), types=kinds), definition, imputation=imputation)
    assert [(c.unit, c.code) for c in made.changes] == [("u3", "b")]
    assert cells(made.value_table[made.value_table["unit"] == "u2"], "b") == [None, None]


@by_method
def test_what_nobody_has_stays_a_gap(imputation: dict[str, Any]) -> None:
    gaps = tuple((f"u{n}", 2020) for n in range(9))
    made = scored(panel(table(gaps=gaps)), FULL, imputation=imputation)
    assert not made.changes
    assert all(made.value_table.loc[made.value_table["year"] == 2020, "b"].isna())
    assert len(made.scores) == 18


def test_regression_that_does_not_come_to_rest_names_its_years() -> None:
    gaps = (("u2", 2019), ("u5", 2020))
    made = scored(panel(table(gaps=gaps)), FULL, imputation={"method": "iterative", "rounds": 1})
    (warning,) = made.warnings
    assert warning.text_key == "scoring.filled_unsteadily"
    assert warning.message("en") == "the iterative imputation did not come to rest in 2019, 2020; more rounds may help"


def test_the_mean_of_a_cohort() -> None:
    text = "unit a b\nu1 1 10\nu2 2 20\nu3 3 -\nu4 4 70"
    cohorts = {"cohorts": {"region": ["n", "n", "n", "s"]}}
    made = scored(
        panel(text, **cohorts), framework({"d": {"a": 1, "b": 1}}), imputation={"method": "mean", "by": "region"}
    )
    assert treated(made, "imputation") == [("u3", 2020, "b", None, 15)]
    assert made.treatment["reason"][0] == "mean of the group 'n' in the same year"
    (fault,) = refused(
        lambda: scored(panel(text), framework({"d": {"a": 1, "b": 1}}), imputation={"method": "mean", "by": "region"})
    )
    assert fault.text_key == "formula.unknown_column"


def test_the_last_value_is_listed_by_variable() -> None:
    text = "unit year a\nu1 2018 4\nu1 2019 -\nu1 2020 -\nu2 2018 1\nu2 2019 2\nu2 2020 3"
    made = scored(panel(text), framework({"d": {"a": 1}}), imputation={"method": "last_value", "limit": 1})
    assert treated(made, "imputation") == [("u1", 2019, "a", None, 4)]
    assert made.treatment["reason"][0] == "last value reported before"
    assert [e.code for e in made.excluded] == ["u1"]
    broken = framework({"d": {"a": 1}}, variables={"a": {"unit_of_measure": "1", "breaks": {2019: "New count"}}})
    assert not scored(panel(text), broken, imputation={"method": "last_value"}).changes


def test_many_gaps_are_filled_as_one_by_one() -> None:
    random = np.random.default_rng(2)
    values = random.random((30, 3)).round(3)
    values[random.random(values.shape) < 0.3] = np.nan
    values[:, 0] = np.arange(30)
    lines = [" ".join(["-" if np.isnan(v) else f"{v}" for v in row]) for row in values]
    text = "unit a b c\n" + "\n".join(f"u{n:02d} {line}" for n, line in enumerate(lines))
    kinds = {f"u{n:02d}": "xyz"[n % 3] for n in range(30)}
    definition = framework({"d": {code: 1 for code in CODES}}, types={kind: {} for kind in "xyz"})
    made = scored(panel(text, types=kinds), definition, imputation={"method": "median"})
    for cell in made.changes:
        alike = [n for n in range(30) if "xyz"[n % 3] == kinds[cell.unit]]
        assert cell.after == np.nanmedian(values[alike, CODES.index(cell.code)])
    assert len(made.changes) == np.isnan(values).sum() and warned(made) == []
