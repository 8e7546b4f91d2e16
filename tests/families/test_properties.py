"""Properties of `score` under every methodology that the families allow, on panels that hypothesis makes up."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evaluate import Framework, Methodology, Panel, Scores, score
from evaluate.methodology import FAMILIES
from indicators.errors import InputError
from indicators.structure import TOP
from tests.families.cases import Case, methodology, of
from tests.families.populations import BEST, TYPES, YEARS, indicator

VARIABLES = ("so2", "nox", "co2", "soot")
DIRECTIONS = ("positive", "negative", "target")
# Leading zeros, other scripts, signs and what means something to YAML, CSV, HTML and spreadsheets.
CODES = ("110000", "010", "a", "B", "=1+1", "北京", "<b>", "x y", "null", "-7", "é", "{0}")


def examples(share: float) -> settings:
    """Return how many situations a property is tried on: a share of what the profile says."""
    return settings(max_examples=round(settings.default.max_examples * share))


@dataclass(frozen=True)
class Situation:
    """Everything that `score` is given, before it is built."""

    table: pd.DataFrame
    """`unit, year` and the variables, in tonnes."""
    types: Mapping[str, str]
    directions: tuple[str, ...]
    weights: tuple[float, ...]
    scale: str
    methodology: Methodology

    def framework(self, times: tuple[float, float, float] = (1, 1, 1)) -> Framework:
        """Return two dimensions; `times` multiplies the weights below each parent."""
        listed = {
            code: indicator(code, direction, self.scale)
            for code, direction in zip(VARIABLES, self.directions, strict=True)
        }
        w = self.weights
        return Framework.from_dict(
            {
                "schema": "framework/1",
                "code": "made-up",
                "label": "Made up",
                "assesses": "city",
                "source": "tests",
                "variables": {code: {"unit_of_measure": "t"} for code in VARIABLES},
                "indicators": listed,
                "tree": {
                    "air": {
                        "label": "Air",
                        "weight": w[0] * times[0],
                        "indicators": {code: w[1 + at] * times[1] for at, code in enumerate(VARIABLES[:3])},
                    },
                    "rest": {
                        "label": "Rest",
                        "weight": w[4] * times[0],
                        "indicators": {VARIABLES[3]: w[5] * times[2]},
                    },
                },
                "types": {kind: {"label": kind} for kind in TYPES},
            }
        )

    def panel(self, **changed: Any) -> Panel:
        """Return the table as a panel; its first year is the baseline."""
        return self.panel_of(self.table, **changed)

    def panel_of(self, table: pd.DataFrame, **changed: Any) -> Panel:
        """Return another table of the same units as a panel."""
        units = pd.DataFrame({"unit": list(self.types), "type": list(self.types.values())})
        return Panel.from_frame(table, units, baseline=int(table["year"].min()), **changed)

    def scored(self, panel: Panel, framework: Framework | None = None) -> Scores:
        """Score a panel; hypothesis drops a situation that is refused with a named fault."""
        try:
            return score(panel, framework or self.framework(), self.methodology)
        except InputError:
            assume(False)
            raise


@st.composite
def situations(draw: Any, **fixed: Case) -> Situation:
    """Draw units, years, values with ties and gaps, and one case of every family."""
    chosen = {family: fixed.get(family) or draw(st.sampled_from(of(family))) for family in FAMILIES}
    way = chosen["normalisation"].member
    scale = "linear" if way.amounts else draw(st.sampled_from(["linear", "linear", "log"]))
    units = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=6, unique=True))
    years = YEARS[: draw(st.integers(1, 3))]
    positive = scale == "log" or way.logarithmic or way.amounts
    values = st.integers(1, 40) if positive else st.integers(-8, 40)
    cell = st.one_of(values.map(lambda tenths: tenths / 4), values.map(lambda tenths: tenths / 4), st.just(np.nan))
    rows = [
        {"unit": unit, "year": year, **{code: draw(cell) for code in VARIABLES}} for unit in units for year in years
    ]
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=len(units), max_size=len(units)))
    if chosen["aggregation"].build().positive_only and "bounds" in chosen["normalisation"].member.model_fields:
        raised = {"bounds": [1, 100], **chosen["normalisation"].parameters}
        chosen["normalisation"] = replace(chosen["normalisation"], parameters=raised)
    return Situation(
        pd.DataFrame(rows),
        dict(zip(units, kinds, strict=True)),
        tuple(draw(st.lists(st.sampled_from(DIRECTIONS), min_size=4, max_size=4))),
        tuple(draw(st.lists(st.integers(1, 9).map(float), min_size=6, max_size=6))),
        scale,
        methodology(*chosen.values()),
    )


def same(one: Scores, other: Scores, renamed: Mapping[str, str] | None = None) -> None:
    """Fail unless both gave the same scores to the same units, whatever the units are called."""
    tables = []
    for made, names in ((one, renamed or {}), (other, {})):
        table = made.scores.assign(unit=made.scores["unit"].map(lambda code, names=names: names.get(code, code)))
        tables.append(table.sort_values(["unit", "year"], ignore_index=True))
    left, right = tables
    assert left[["unit", "year", "type"]].equals(right[["unit", "year", "type"]])
    numbers = [TOP, "air", "rest"]
    np.testing.assert_allclose(left[numbers].to_numpy(float), right[numbers].to_numpy(float), rtol=1e-9, atol=1e-9)
    assert left["rank"].equals(right["rank"])
    assert left["rank_in_type"].equals(right["rank_in_type"])


@given(situations(), st.sets(st.sampled_from(VARIABLES), min_size=1), st.sampled_from(["kg", "Mt", "1e4 t"]))
@examples(0.5)
def test_the_unit_of_measure_of_a_table_changes_nothing(situation: Situation, codes: set[str], stated: str) -> None:
    tonnes = {"kg": 1e-3, "Mt": 1e6, "1e4 t": 1e4}[stated]
    converted = situation.table.assign(**{code: situation.table[code] / tonnes for code in codes})
    other = situation.panel_of(converted, units_of_measure=dict.fromkeys(codes, stated))
    same(situation.scored(situation.panel()), situation.scored(other))


@given(situations(), st.randoms(use_true_random=False))
@examples(0.4)
def test_the_order_of_rows_and_columns_changes_nothing(situation: Situation, random: Any) -> None:
    columns = list(situation.table.columns)
    random.shuffle(columns)
    shuffled = situation.table.sample(frac=1, random_state=random.randrange(2**32))[columns]
    turned = replace(situation, types=dict(random.sample(list(situation.types.items()), len(situation.types))))
    one, other = situation.scored(situation.panel()), turned.scored(turned.panel_of(shuffled))
    for name in ("scores", "normalised_table", "weights", "treatment", "exclusions"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert json.dumps(one.fitted.to_dict()) == json.dumps(other.fitted.to_dict())


@given(situations(), st.permutations(CODES))
@examples(0.5)
def test_the_names_of_the_units_change_nothing(situation: Situation, codes: list[str]) -> None:
    names = dict(zip(CODES, codes, strict=True))
    renamed = replace(situation, types={names[unit]: kind for unit, kind in situation.types.items()})
    table = situation.table.assign(unit=situation.table["unit"].map(names))
    same(situation.scored(situation.panel()), renamed.scored(renamed.panel_of(table)), names)


@given(situations(), st.tuples(*[st.sampled_from([0.001, 0.3, 2.0, 100.0])] * 3))
@examples(0.4)
def test_weights_need_not_add_up_to_one(situation: Situation, times: tuple[float, float, float]) -> None:
    one = situation.scored(situation.panel())
    same(one, situation.scored(situation.panel(), situation.framework(times)))
    np.testing.assert_allclose(one.weights.groupby(["type", "year", "parent"], dropna=False)["weight"].sum(), 1)


@given(situations())
@examples(0.3)
def test_score_is_pure(situation: Situation) -> None:
    panel, framework = situation.panel(), situation.framework()
    values, units = panel.values.copy(deep=True), panel.units.copy(deep=True)
    before = json.dumps([framework.to_dict(), situation.methodology.to_dict(with_none=True)])
    one, other = situation.scored(panel, framework), situation.scored(panel, framework)
    for code, column in one.columns.items():
        assert column.tobytes() == other.columns[code].tobytes()
    pd.testing.assert_frame_equal(panel.values, values)
    pd.testing.assert_frame_equal(panel.units, units)
    assert json.dumps([framework.to_dict(), situation.methodology.to_dict(with_none=True)]) == before


def improved(value: float, direction: str, positive: bool, step: float) -> float:
    """Return a better value of an indicator: more, less, or nearer to the target; above zero if need be."""
    if direction == "target":
        return BEST + (value - BEST) / (1 + step)
    if direction == "positive":
        return value + step
    return value / (1 + step) if positive else value - step


def pairs() -> list[tuple[Case, Case]]:
    """Return every normalisation with some aggregation, and every aggregation with the first normalisation."""
    normalisations, aggregations = of("normalisation"), [case for case in of("aggregation") if case.member.monotone]
    found = [(normalisations[0], aggregation) for aggregation in aggregations]
    for at, one in enumerate(normalisations[1:]):
        # points that begin at 0 or lie beyond the bounds are no scores for a mean that needs them above 0
        low = one.choice["method"] in ("borda", "categorical") or one.build().beyond == "extend"
        fit = [case for case in aggregations if not (low and case.build().positive_only)]
        found.append((one, fit[at % len(fit)]))
    return found


@pytest.mark.parametrize(("normalisation", "aggregation"), pairs(), ids=str)
def test_a_better_value_never_lowers_a_score(normalisation: Case, aggregation: Case) -> None:
    @given(
        situations(normalisation=normalisation, aggregation=aggregation),
        st.sampled_from(range(len(VARIABLES))),
        st.sampled_from([1e-6, 0.25, 1.0, 7.5, 1e6]),
        st.randoms(use_true_random=False),
    )
    @examples(0.04)
    def check(situation: Situation, position: int, step: float, random: Any) -> None:
        before = situation.scored(situation.panel())
        scored = before.scores.set_index(["unit", "year"])
        unit, year = random.choice(list(scored.index))
        at = (situation.table["unit"] == unit) & (situation.table["year"] == year)
        code, direction = VARIABLES[position], situation.directions[position]
        old = float(situation.table.loc[at, code].iloc[0])
        assume(np.isfinite(old))
        table = situation.table.copy()
        positive = situation.scale == "log" or normalisation.member.logarithmic or normalisation.member.amounts
        table.loc[at, code] = improved(old, direction, positive, step)
        try:
            after = score(situation.panel_of(table), situation.framework(), situation.methodology, before.fitted)
        except InputError:
            assume(False)
            raise
        now = after.scores.set_index(["unit", "year"])
        for column in (TOP, "air", "rest"):
            least = scored.loc[(unit, year), column]
            assert now.loc[(unit, year), column] >= least - 1e-9 * max(1, abs(least)), column
        # and no score of anyone else moves
        others = [key for key in scored.index if key[0] != unit]
        pd.testing.assert_frame_equal(now.loc[others, [TOP, "air", "rest"]], scored.loc[others, [TOP, "air", "rest"]])

    check()
