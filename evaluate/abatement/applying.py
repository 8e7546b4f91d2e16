"""`whatif`: measures of abatement applied to a finished run, chosen under a budget, scored by the run's yardstick."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.abatement.counting import Counting, Reductions, counting, reductions
from evaluate.abatement.effects import Effects, check_after, check_bases, check_sizes, effects_of
from evaluate.abatement.measures_file import MeasureList, read_measures
from evaluate.abatement.outcome import WhatIf, change_table, quadrant_table, total_table, unit_table
from evaluate.abatement.rebuilt import Rebuilt, rebuild
from evaluate.abatement.targets import gaps, of_framework, read_targets
from evaluate.abatement.writing import check_out, write_whatif
from evaluate.inputs import digest_of
from evaluate.intake.misspelt import misspelt_code
from evaluate.languages import locale_language
from evaluate.manifest import told
from evaluate.robustness.summary import analyse
from evaluate.scoring.scores import Scores
from evaluate.stages import stage
from indicators.accounting import doubled
from indicators.errors import Fault, Faults, Place, fault
from indicators.synergy.equivalents import unit_cost
from indicators.synergy.portfolio import abatement_curve, exact_portfolio, greedy_portfolio
from indicators.texts import LANGUAGES

Choose = Literal["all", "greedy", "exact"]
CHOICES: tuple[Choose, ...] = ("all", "greedy", "exact")


def whatif(
    run: str | Path,
    measures: str | Path | pd.DataFrame,
    out: str | Path | None = None,
    *,
    budget: float | None = None,
    choose: Choose | None = None,
    objective: str | None = None,
    carbon_weight: float | None = None,
    carbon: str | None = None,
    pollutants: Sequence[str] | None = None,
    equivalent: Mapping[str, float] | None = None,
    targets: Sequence[str | Path] = (),
    cost_unit: str | None = None,
    encoding: str | None = None,
    year: int | None = None,
    tiers: bool = True,
    overwrite: bool = False,
    language: str | None = None,
) -> WhatIf:
    """Apply measures of abatement to a finished run and score it again by what the run learned.

    `run`: a run folder; its inputs are never read. `measures`: a CSV, XLSX or Parquet file or a table, one row a
    measure (see `evaluate.abatement.measures_file.read_measures`). Measures count as fully effective in `year` (the
    rank year), and add up.

    `budget`: in `cost_unit`; without it there is no limit. `choose`: `all`, `greedy` (by unit cost, each that still
    fits) or `exact` (the most within the budget); `exact` with a budget, else `all`. `objective`: by which the budget
    is spent: a variable (the carbon dioxide by default) or `combined`, pollutant equivalents plus `carbon_weight`
    η times the carbon dioxide, η in thousand equivalents per tonne; no law fixes η, so that it has no default.
    `carbon`, `pollutants`, `equivalent`: what counts, see `counting`. `targets`: texts `CODE=VALUE`, `CODE=-18%` (to
    the baseline year) or files. `tiers`: test the ranking again where the run did. Where `out` names a folder, tables,
    page and record are written; it appears whole or not at all.

    Errors: an `InputError` with every fault of the list, the options or the run.
    """
    faults = Faults()
    if choose is not None and choose not in CHOICES:
        faults.add("faults.one_of", Place(key="choose"), expected=", ".join(CHOICES), found=str(choose))
    if budget is not None and not (np.isfinite(budget) and budget >= 0):
        faults.add("whatif.bad_budget", Place(key="budget"), found=f"{budget:g}")
    if language is not None and language not in LANGUAGES:
        faults.add("faults.one_of", Place(key="language"), expected=", ".join(LANGUAGES), found=language)
    faults.raise_if_any()
    folder = Path(run)
    if out is not None:
        check_out(Path(out), overwrite)
    with stage("read"):
        rebuilt = rebuild(folder)
    when = _year(rebuilt, year)
    read, counted, aims = _inputs(
        rebuilt, measures, when, cost_unit, encoding, targets,
        {"objective": objective, "carbon_weight": carbon_weight, "carbon": carbon, "pollutants": pollutants,
         "equivalent": equivalent},
    )  # fmt: skip
    framework, codes = rebuilt.framework, rebuilt.panel.codes
    effects = effects_of(read, framework, codes, counted.carbon)
    check_sizes(effects)
    base = _base(rebuilt, when)
    check_bases(effects, base, codes, when, framework)
    reduced = reductions(effects.net, len(read), counted, framework)
    way = choose or ("all" if budget is None else "exact")
    with stage("choose") as counts:
        states, chosen, gap = _chosen(way, read, reduced, budget)
        counts["measures"] = int(chosen.sum())
    changes = check_after(effects, chosen, base, codes, when, framework)
    with stage("score"):
        before, after = rebuilt.scores, rebuilt.rescored(changes, when)
    tested = _tested(rebuilt, before, after, when) if tiers and rebuilt.robustness is not None else None
    roles = _roles(effects, chosen)
    touched = [code for code in codes if code in roles]
    changed = change_table(before, after, when)
    own = [c for c in framework.indicators if c in set(changed.loc[changed["what"] == "indicator", "code"])]
    outside = effects.outside(chosen)
    about = {
        "run": {
            "run_id": rebuilt.results.manifest["run_id"], "title": rebuilt.results.manifest["title"],
            "notice": rebuilt.results.manifest["notice"], "manifest_sha256": digest_of(folder / "manifest.json"),
            "deviation": float(f"{rebuilt.deviation:.3g}"),
        },
        "measures": {
            "file": Path(read.file).name, "count": len(read),
            "sha256": None if isinstance(measures, pd.DataFrame) else digest_of(Path(measures)),
        },
        "year": when,
        "options": {
            "budget": budget, "choose": way, "cost_unit": read.cost_unit, **counted.to_dict(),
            "tiers": tested is not None, "targets": [_shown(target) for target in targets],
        },
        "electricity_factors": _factors(read),
        "summary": {
            "chosen": int(chosen.sum()), "cost": float(read.cost[chosen].sum()),
            "reduction": float(reduced.objective[chosen].sum()), "outside": any(outside.values()), "gap": gap,
        },
        "comparable": after.comparable,
        "warnings": [told(w) for w in [*_near(read, codes), *_news(before, after)]],
    }  # fmt: skip
    found = WhatIf(
        about=about,
        framework=framework,
        measures=_measures(read, effects, reduced, states, chosen, counted),
        effects=effects.table(framework),
        curve=_curve(read, reduced, chosen),
        units=unit_table(before, after, when, roles, tested),
        changes=changed,
        quadrants=quadrant_table(before, after, when, touched),
        targets=gaps([*aims, *of_framework(framework, own)], before, after, when, touched),
        totals=total_table(before, after, when, outside, _apart(rebuilt)),
    )
    if out is not None:
        spoken = language or rebuilt.results.language or locale_language()
        with stage("write"):
            write_whatif(found, rebuilt.results, Path(out), spoken, overwrite=overwrite)
    return found


def _apart(rebuilt: Rebuilt) -> set[str]:
    """Return the accounted variables of which a sum over the units would count purchased energy twice."""
    stated = rebuilt.results.manifest["assessment"].get("accounting")
    if stated is None or len(rebuilt.panel.codes) < 2:
        return set()
    return {code for code, total in stated["totals"].items() if doubled(total["of"], total["scopes"])}


def _year(rebuilt: Rebuilt, year: int | None) -> int:
    scored = sorted({int(y) for y in rebuilt.results.scores["year"]})
    when = rebuilt.results.rank_year if year is None else year
    if when not in scored:
        raise fault("whatif.no_year", Place(key="year"), found=when, known=", ".join(map(str, scored)))
    return when


def _inputs(
    rebuilt: Rebuilt, measures: str | Path | pd.DataFrame, year: int, cost_unit: str | None, encoding: str | None,
    targets: Sequence[str | Path], stated: dict[str, Any],
) -> tuple[MeasureList, Counting, list[Any]]:  # fmt: skip
    """Read list, counting and targets; what is wrong with any of them is told together."""
    faults, framework, codes = Faults(), rebuilt.framework, list(rebuilt.panel.codes)
    read, counted, aims = None, None, list[Any]()
    with faults.collecting():
        aims = read_targets(targets, framework, codes, baseline=rebuilt.panel.baseline is not None)
    with faults.collecting():
        read = read_measures(measures, framework, codes, cost_unit=cost_unit, encoding=encoding)
    if read is not None:
        with faults.collecting():
            counted = counting(read, framework, **stated)
        table = rebuilt.results.scores
        scored = set(table.loc[table["year"] == year, "unit"])
        for n, unit in enumerate(read.unit):
            if unit not in scored:
                faults.add("whatif.not_scored", read.places[n], unit=unit, year=year)
    faults.raise_if_any()
    assert read is not None
    assert counted is not None
    return read, counted, aims


def _base(rebuilt: Rebuilt, year: int) -> dict[str, NDArray[np.float64]]:
    at = rebuilt.panel.years.index(year)
    return {code: matrix[:, at] for code, matrix in rebuilt.scores.values.variables.items()}


def _chosen(
    way: str, read: MeasureList, reduced: Reductions, budget: float | None
) -> tuple[NDArray[np.str_], NDArray[np.bool_], float]:
    """Return the state of each measure, which are taken, and by which share another set could reduce more.

    All: also those that reduce nothing or add emissions by the objective, as they are part of the list.
    """
    if way == "all":
        total = float(read.cost.sum())
        if budget is not None and total > budget * (1 + 1e-12):
            raise fault("whatif.over_budget", Place(key="budget"), cost=f"{total:.10g}", budget=f"{budget:.10g}")
        own = unit_cost(read.cost, reduced.objective).state
        return np.where(np.isin(own, ("defined", "saves")), "chosen", own), np.ones(len(read), dtype=bool), 0.0
    pick = greedy_portfolio if way == "greedy" else exact_portfolio
    limit = float(np.maximum(read.cost, 0).sum()) if budget is None else budget
    made = pick(read.cost, reduced.objective, limit)
    return made.state, made.chosen, made.gap


def _tested(rebuilt: Rebuilt, before: Scores, after: Scores, year: int) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Put both rankings to the test with the run's seed and settings, by one yardstick."""
    assert rebuilt.robustness is not None
    spec = rebuilt.robustness.model_copy(update={"sensitivity": None})
    if year != rebuilt.panel.rank and spec.years != "all":
        return None
    with stage("robustness"):
        found = [analyse(scores, spec, rebuilt.fitted).table for scores in (before, after)]
    return found[0], found[1]


def _roles(effects: Effects, chosen: NDArray[np.bool_]) -> dict[str, str]:
    """Return why a unit is touched: a measure is taken there, or capacity lands there."""
    measures = effects.measures
    here = {measures.unit[n] for n in np.flatnonzero(chosen)}
    lands = np.any([landed != 0 for landed in effects.landed.values()], axis=0)
    there = {measures.relocated_to[n] for n in np.flatnonzero(chosen & effects.inside & lands)}
    return {u: "both" if u in here and u in there else "measure" if u in here else "landing" for u in here | there}


def _news(before: Scores, after: Scores) -> list[Any]:
    """Return the warnings that the run itself does not have."""
    held = {(w.text_key, str(w.values)) for w in before.warnings}
    return [w for w in after.warnings if (w.text_key, str(w.values)) not in held]


def _near(read: MeasureList, codes: Sequence[str]) -> list[Fault]:
    """Warn of places outside the assessed units that are spelled nearly like one of them."""
    leaving = sorted({to for to in read.relocated_to if to} - set(codes))
    found = {to: misspelt_code(to, codes) for to in leaving}
    return [Fault("whatif.nearly_assessed", {"found": to, "meant": meant}) for to, meant in found.items() if meant]


def _shown(target: str | Path) -> str | dict[str, str]:
    """Return a target as the record holds it: as it was stated, or the name and digest of its file."""
    path = Path(target)
    return {"file": path.name, "sha256": digest_of(path)} if path.is_file() else str(target)


def _factors(read: MeasureList) -> dict[str, float]:
    used = {
        s: f for s, f, e in zip(read.electricity_source, read.electricity_factor, read.electricity, strict=True) if e
    }
    return {source: float(f"{value:.10g}") for source, value in sorted(used.items())}


def _measures(
    read: MeasureList, effects: Effects, reduced: Reductions, states: NDArray[np.str_], chosen: NDArray[np.bool_],
    counted: Counting,
) -> pd.DataFrame:  # fmt: skip
    cost = unit_cost(read.cost, reduced.objective)
    table: dict[str, Any] = {
        "measure": list(read.code), "name": list(read.name), "unit": list(read.unit), "sector": list(read.sector),
        "chosen": np.where(chosen, "yes", "no").astype(object), "state": states.astype(object),
        "cost": read.cost, "reduction": reduced.objective, "unit_cost": cost.value,
        "cost_state": cost.state.astype(object), "pollutant_equivalents": reduced.pollutants,
        "combined_equivalents": reduced.combined,
    }  # fmt: skip
    for code, change in effects.net.items():
        table[f"reduction:{code}"] = -change + 0.0
    table["relocated_to"] = list(read.relocated_to)
    table["relocated_share"] = read.relocated_share
    return pd.DataFrame(table)


def _curve(read: MeasureList, reduced: Reductions, chosen: NDArray[np.bool_]) -> pd.DataFrame:
    made = abatement_curve(read.cost, reduced.objective)
    order = made.order
    return pd.DataFrame({
        "step": np.arange(1, len(order) + 1), "measure": [read.code[n] for n in order],
        "unit": [read.unit[n] for n in order], "chosen": ["yes" if chosen[n] else "no" for n in order],
        "cost": read.cost[order], "reduction": made.width, "unit_cost": made.height,
        "cumulative_reduction": made.reduction, "cumulative_cost": made.cost,
    })  # fmt: skip
