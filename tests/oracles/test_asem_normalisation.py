"""COINr's ASEM example: every normalisation and the imputation by group give the numbers of COINr 1.1.14 to 1e-9.

Where a convention differs the test says which cells are apart, and by what. COINr turns negative indicators by a
factor of −1 before it normalises; here a score says how good a value is, whatever the sign of the amounts.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluate import Methodology, score
from indicators.errors import InputError
from tests.oracles.asem import TOLERANCE, by_unit, framework, panel, read, same, scored


def normalised(shared: Path, normalisation: dict[str, Any], **methodology: Any) -> Any:
    return by_unit(scored(shared, normalisation=normalisation, **methodology).normalised_table)


def negative(shared: Path) -> list[str]:
    meta = read(shared, "00_iMeta")
    return [code for code in read(shared, "02_dset_Treated").columns if meta.loc[code, "Direction"] < 0]


@pytest.mark.parametrize(
    ("file", "normalisation"),
    [
        ("05_norm_dist2targ_iMeta", {"method": "distance_to_target", "bounds": [0, 1], "out_of_range": "extend"}),
        ("05_norm_dist2max", {"method": "distance_to_best", "bounds": [0, 1]}),
    ],
)
def test_distances(shared: Path, file: str, normalisation: dict[str, Any]) -> None:
    same(normalised(shared, normalisation), read(shared, file))


def test_distance_to_target_capped(shared: Path) -> None:
    # COINr's `cap_max`: what passes the target gets 1
    same(
        normalised(shared, {"method": "distance_to_target", "bounds": [0, 1]}),
        read(shared, "05_norm_dist2targ_iMeta").clip(upper=1),
    )


@pytest.mark.parametrize("method", ["rank", "borda"])
def test_ranks_and_borda_points(shared: Path, method: str) -> None:
    ours, theirs = normalised(shared, {"method": method}), read(shared, f"05_norm_{method}")
    apart = (ours.loc[theirs.index, theirs.columns] - theirs).abs() > TOLERANCE
    # ties that R did not see in the unrounded numbers, says the oracles' README: these three and no others
    excepted = {("BGR", "TolMin"), ("CZE", "TolMin"), ("NOR", "TolMin")}
    assert {cell for cell, differs in apart.stack().items() if differs} == excepted
    same(ours.drop(columns="TolMin"), theirs.drop(columns="TolMin"))


def test_scaled(shared: Path) -> None:
    ours = normalised(shared, {"method": "scaled", "limits": [0, 100], "out_of_range": "extend"})
    theirs, turned = read(shared, "05_norm_scaled_0_100"), negative(shared)
    assert len(turned) == 14
    same(ours.drop(columns=turned), theirs.drop(columns=turned))
    # COINr has (−x − a)/(b − a) where less is better, here it is (b − x)/(b − a): 100 points apart for [0, 100]
    same(ours[turned], theirs[turned] + 100)


def test_share_of_best(shared: Path) -> None:
    choice = {"method": "share_of_best", "bounds": [0, 1]}
    # growth has both signs, and three costs have a zero, by which COINr divides (Inf and blanks in its table)
    refused = ["CostImpEx", "Tariff", "Poverty", "GDPGrow"]
    for code in refused:
        others = set(read(shared, "02_dset_Treated").columns) - {code}
        with pytest.raises(InputError) as raised:
            normalised(shared, choice, overrides={c: {"normalisation": {"method": "min_max"}} for c in others})
        assert {fault.text_key for fault in raised.value.faults} == {"scoring.no_share"}
    ours = normalised(shared, choice, overrides={code: {"normalisation": {"method": "min_max"}} for code in refused})
    theirs, turned = read(shared, "05_norm_fracmax"), [code for code in negative(shared) if code not in refused]
    same(ours.drop(columns=[*turned, *refused]), theirs.drop(columns=[*turned, *refused]))
    # COINr's −x over the greatest −x is how many times the least x is: more for the worse. Here it is the other way up
    same(ours[turned], 1 / theirs[turned])


def test_imputation_by_the_mean_of_a_group(shared: Path) -> None:
    # COINr's i_mean_grp by EurAsia_group, on denominated data
    before, after = read(shared, "02_dset_Denominated"), read(shared, "02_dset_Imputed")
    chosen = Methodology.model_validate({"imputation": {"method": "mean"}})
    group = "EurAsia_group"
    made = score(panel(shared, "Denominated", group), framework(shared, "Imputed", group), chosen)
    codes = list(framework(shared).indicators)
    same(by_unit(made.value_table)[codes], after[codes])
    # every blank is listed, and nothing else
    listed = {(cell.unit, cell.code) for cell in made.treatment.itertuples()}
    blanks = before[codes].isna().stack()
    assert listed == set(blanks[blanks].index) and len(made.treatment) == 65
    assert set(made.treatment["step"]) == {"imputation"} and made.treatment["before"].isna().all()
    np.testing.assert_allclose(
        made.treatment["after"], [after.loc[u, c] for u, c in made.treatment[["unit", "code"]].values], rtol=1e-12
    )
