"""OECD/JRC Handbook on Constructing Composite Indicators (2008): the Technology Achievement Index of 23 countries.

Expected numbers: the Handbook's printed figures and those recomputed from its data, as the shared page on methods
lists them (parts C0-C2 and C11), each named at its test. The last column of the data is no indicator.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import Framework, Methodology, Panel, Scores, score
from evaluate.methods.aggregation import Geometric
from evaluate.methods.weighting import Critic, Entropy

INDICATORS = (
    "patents", "royalties", "internet", "exports", "telephones", "electricity", "schooling", "university",
)  # fmt: skip
PRINTED = "undp_tai_2001_recalled"
UNIT_INTERVAL = {"method": "min_max", "bounds": [0, 1]}

# UNDP, Human Development Report 2001, technical note 2: goalposts over 72 countries, as the shared page on methods,
# part C11, gives them; telephones (per 1000 persons) and electricity (kWh per person) count by their logarithm.
GOALPOSTS = {
    "patents": [0, 994],
    "royalties": [0, 272.6],
    "internet": [0, 232.4],
    "exports": [0, 80.8],
    "telephones": [1, 901],
    "electricity": [22, 6969],
    "schooling": [0.8, 12],
    "university": [0.1, 27.4],
}
LOGARITHMIC = ("telephones", "electricity")


@pytest.fixture(scope="module")
def tai(shared: Path) -> pd.DataFrame:
    """The 23 countries; telephones and electricity are logarithms to base 10 in the file."""
    return pd.read_csv(shared / "oracles" / "handbook-tai" / "tai23.csv").rename(columns={"country": "unit"})


def framework(*, logarithms: bool) -> Framework:
    """Return the eight indicators in one dimension.

    `logarithms`: the data hold the logarithms already; else the framework takes them (`scale: log`).
    """

    def indicator(code: str) -> dict[str, Any]:
        posts, logged = GOALPOSTS[code], code in LOGARITHMIC
        return {
            "label": code,
            "formula": code,
            "unit_of_measure": "1",
            "direction": "positive",
            "scale": "log" if logged and not logarithms else "linear",
            "goalposts": np.log10(posts).tolist() if logged and logarithms else posts,
        }

    return Framework.from_dict(
        {
            "schema": "framework/1",
            "code": "tai",
            "label": "Technology Achievement Index",
            "assesses": "region",
            "source": "OECD/JRC Handbook 2008",
            "variables": {code: {"unit_of_measure": "1"} for code in INDICATORS},
            "indicators": {code: indicator(code) for code in INDICATORS},
            "tree": {"technology": {"label": "Technology", "indicators": dict.fromkeys(INDICATORS, 1)}},
        }
    )


def scored(tai: pd.DataFrame, *, logarithms: bool = True, **methodology: Any) -> Scores:
    table = tai[["unit", *INDICATORS]].copy()
    if not logarithms:
        table[list(LOGARITHMIC)] = 10 ** table[list(LOGARITHMIC)]
    panel = Panel.from_frame(table, year=2001)
    return score(panel, framework(logarithms=logarithms), Methodology.model_validate(methodology))


def test_the_ninth_column_is_no_indicator(tai: pd.DataFrame) -> None:
    assert list(tai.columns) == ["unit", *INDICATORS, PRINTED] and len(tai) == 23


@pytest.mark.parametrize(
    ("normalisation", "printed"),
    [
        # Handbook, table 15, schooling: z-scores (sample standard deviation) and min-max
        (
            {"method": "z_score", "mean": 0, "sd": 1},
            {"Finland": 0.26, "United States": 1.52, "Sweden": 1.14, "Japan": -0.06},
        ),
        (UNIT_INTERVAL, {"Finland": 0.59, "United States": 1.00, "Sweden": 0.88, "Japan": 0.49}),
    ],
)
def test_schooling_of_table_15(tai: pd.DataFrame, normalisation: Any, printed: dict[str, float]) -> None:
    ours = scored(tai, normalisation=normalisation).normalised_table.set_index("unit")["schooling"]
    assert {country: round(ours[country], 2) for country in printed} == printed


# Part C1, min-max; recomputed there to all printed digits.
ENTROPIES = (0.8006, 0.8266, 0.9011, 0.9541, 0.9612, 0.9485, 0.9202, 0.9105)
ENTROPY_WEIGHTS = (0.2565, 0.2232, 0.1273, 0.0591, 0.0499, 0.0662, 0.1027, 0.1151)
CRITIC_WEIGHTS = (0.1199, 0.1421, 0.1225, 0.1592, 0.0898, 0.0908, 0.1394, 0.1362)


@pytest.mark.parametrize(("method", "printed"), [("entropy", ENTROPY_WEIGHTS), ("critic", CRITIC_WEIGHTS)])
@pytest.mark.parametrize("bounds", [[0, 1], [0, 100]])
def test_data_driven_weights(tai: pd.DataFrame, method: str, printed: Any, bounds: list[float]) -> None:
    found = scored(
        tai,
        normalisation={"method": "min_max", "bounds": bounds},
        weighting={"indicators": {"method": method}},
    ).weights.set_index("code")["weight"]
    assert tuple(round(found[code], 4) for code in INDICATORS) == printed


def test_entropies(tai: pd.DataFrame) -> None:
    scores = scored(tai, normalisation=UNIT_INTERVAL).normalised_table[list(INDICATORS)].to_numpy()
    told = Entropy(method="entropy").information(scores)
    assert tuple(np.round(1 - told, 4)) == ENTROPIES


def test_critic_is_the_textbook_formula(tai: pd.DataFrame) -> None:
    # the formula of part C1 written with pandas, whose correlations and deviations are not ours
    scores = scored(tai, normalisation=UNIT_INTERVAL).normalised_table[list(INDICATORS)]
    expected = scores.std(ddof=1) * (1 - scores.corr()).sum()
    np.testing.assert_allclose(Critic(method="critic").information(scores.to_numpy()), expected, rtol=1e-12)


def test_equal_weights(tai: pd.DataFrame) -> None:
    # part C11: min-max and equal weights on the 23 countries
    printed = {
        "Finland": 0.719, "Sweden": 0.688, "United States": 0.680, "Norway": 0.548, "Japan": 0.544,
        "Netherlands": 0.500,
    }  # fmt: skip
    made = scored(tai, normalisation=UNIT_INTERVAL, weighting={"indicators": {"method": "equal"}})
    ours = made.scores.set_index("unit").sort_values("rank")
    assert {country: round(ours.loc[country, "composite"], 3) for country in printed} == printed
    assert list(ours.index[:6]) == list(printed)


@pytest.mark.parametrize("logarithms", [True, False])
def test_goalposts_give_the_printed_index(tai: pd.DataFrame, logarithms: bool) -> None:
    # part C11, "Trap": UNDP's goalposts, capped at 1, give 22 of 23 printed values within 0.0014 (four decimals);
    # Singapore .597 against .585
    made = scored(
        tai,
        logarithms=logarithms,
        normalisation={"method": "goalposts", "bounds": [0, 1], "out_of_range": "clip"},
    )
    ours = made.scores.set_index("unit")["composite"]
    apart = (ours - tai.set_index("unit")[PRINTED]).abs()
    assert list(apart.index[apart.round(4) > 0.0014]) == ["Singapore"]
    assert round(ours["Singapore"], 3) == 0.597
    assert (round(ours["Finland"], 4), round(ours["United States"], 4), round(ours["Korea"], 4)) == (
        0.7449,
        0.7329,
        0.6659,
    )


def test_min_max_does_not_give_the_printed_order(tai: pd.DataFrame) -> None:
    # the trap itself: the printed order Finland, US, Sweden, Japan, Korea is not that of min-max on 23 countries
    by_range = scored(tai, normalisation=UNIT_INTERVAL).scores.set_index("unit").sort_values("rank")
    by_posts = scored(tai, normalisation={"method": "goalposts"}).scores.set_index("unit").sort_values("rank")
    printed = ["Finland", "United States", "Sweden", "Japan", "Korea"]
    assert list(by_posts.index[:5]) == printed and list(by_range.index[:5]) != printed


@pytest.mark.parametrize(
    ("scores", "printed"),
    # Handbook, step 6.11: a low item is not made up for by high ones; 42^(1/4) = 2.5457 is printed cut off
    [((21, 1, 1, 1), 2.14), ((6, 6, 6, 6), 6.0), ((21, 2, 1, 1), 2.54)],
)
def test_geometric_mean(scores: tuple[float, ...], printed: float) -> None:
    found = Geometric(method="geometric").aggregate(np.array([scores], dtype=float), np.full(4, 0.25), {})
    assert printed - 1e-9 <= float(found[0]) < printed + 0.01
