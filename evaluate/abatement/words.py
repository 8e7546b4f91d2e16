"""A what-if in words: what is taken, what it costs, what it does to emissions, scores and ranks; what it rests on."""

from collections.abc import Iterator

import pandas as pd

from evaluate.abatement.factors import electricity_factors
from evaluate.abatement.objective import COMBINED
from evaluate.abatement.outcome import WhatIf
from evaluate.report.parts import significant, written
from indicators.errors import Fault
from indicators.framework import Framework
from indicators.texts import pick, text
from indicators.units import said_in


def _say(name: str, language: str, /, **values: object) -> str:
    return text(f"whatif.{name}", language, **values)


def unit_said(unit_of_measure: str, language: str) -> str:
    """Return a unit of measure, or that of equivalents, for readers."""
    return (
        _say("unit_equivalents", language) if "equivalents" in unit_of_measure else said_in(unit_of_measure, language)
    )


def label_said(code: str, framework: Framework, language: str) -> str:
    """Return the label of what measures are judged by."""
    if code == COMBINED:
        return _say("objective_combined", language)
    return str(pick(framework.label_of(code), language))


def measure_said(name: str, framework: Framework, language: str) -> str:
    """Return the label of the first indicator that takes an output of a measure; the measure's name where none does."""
    labels = {e.measure.name: e.label for e in framework.beside.values()}
    # what is scored comes before what is shown beside
    held = [entry for entry in framework.indicators.values() if entry.measure is not None]
    labels |= {e.measure.name: e.label for e in reversed(held) if e.measure is not None}
    return str(pick(labels.get(name, name), language))


def state_said(chosen: str, state: str, language: str) -> str:
    """Return whether a measure is taken; of one that is taken without a reduction both.

    >>> state_said("yes", "no_reduction", "en"), state_said("no", "left_out", "en"), state_said("yes", "chosen", "zh")
    ('taken, no reduction', 'left out', '采用')
    """
    own = _say(f"state_{state}", language)
    if chosen != "yes" or state == "chosen":
        return own
    return _say("state_chosen", language) + ("，" if language == "zh" else ", ") + own


def rank_columns(found: WhatIf) -> tuple[str, str]:
    """Return the columns of the rank that holds: among all units, or within types."""
    name = "rank" if found.about["comparable"] else "rank_in_type"
    return f"{name}_before", f"{name}_after"


def rises(found: WhatIf) -> "pd.Series[int]":
    """Return by how many places each unit rises, 0 where it has no rank before or after."""
    before, after = (found.units[name] for name in rank_columns(found))
    return (before - after).fillna(0).astype(int)


def in_words(found: WhatIf, language: str) -> list[str]:
    """Return the outcome as sentences."""
    about, options, summary = found.about, found.about["options"], found.about["summary"]
    framework = found.framework
    cost_unit = unit_said(options["cost_unit"], language)
    run = {"title": pick(about["run"]["title"], language), "run_id": about["run"]["run_id"][:8], "year": about["year"]}
    said = [_say("said_run", language, **run, chosen=summary["chosen"], count=about["measures"]["count"])]
    if options["budget"] is not None:
        said.append(_say("said_budget", language, budget=significant(options["budget"]), cost_unit=cost_unit))
    if not summary["chosen"]:
        return [*said, _say("said_nothing", language)]
    said.append(
        _say("said_cost", language, cost=significant(summary["cost"]), cost_unit=cost_unit,
             objective=label_said(options["objective"], framework, language),
             reduction=significant(summary["reduction"]), unit=unit_said(options["unit_of_measure"], language))
    )  # fmt: skip
    return [*said, *_totals(found, language), *_scores(found, language)]


def _totals(found: WhatIf, language: str) -> Iterator[str]:
    options = found.about["options"]
    told = {options["carbon"], options["objective"], *options["equivalent_kg"]}
    for row in found.totals[found.totals["variable"].isin(told)].to_dict("records"):
        label = label_said(str(row["variable"]), found.framework, language)
        unit = unit_said(str(row["unit_of_measure"]), language)
        if pd.isna(row["before"]):
            yield _say("said_apart", language, variable=label, change=significant(row["change"], 6), unit=unit)
        else:
            share = significant(100 * row["change"] / row["before"], 3) + "%" if row["before"] else "–"
            yield _say("said_total", language, variable=label, before=significant(row["before"], 6),
                       after=significant(row["after"], 6), unit=unit, share=share)  # fmt: skip
        if row["outside"]:
            yield _say("said_outside", language, variable=label, amount=significant(row["outside"]), unit=unit)


def _scores(found: WhatIf, language: str) -> Iterator[str]:
    touched = found.units[found.units["role"] != ""]
    if len(touched):
        low, high = (written(float(f), "signed") for f in (touched["change"].min(), touched["change"].max()))
        moved = int((rises(found) != 0).sum())
        yield _say("said_scores", language, units=len(touched), low=low, high=high, ranks=moved)
    if "tier_before" in found.units:
        apart = (found.units["tier_before"] != found.units["tier_after"]).fillna(False)
        own = int(apart[found.units["role"] != ""].sum())
        yield _say("said_tiers", language, own=own, tiers=int(apart.sum()))
    for measure, part in found.quadrants.groupby("measure", sort=False):
        before, after = (int((part[f"quadrant_{when}"] == "both_fall").sum()) for when in ("before", "after"))
        label = measure_said(str(measure), found.framework, language)
        yield _say("said_quadrants", language, before=before, after=after, measure=label)
    if len(found.targets):
        before, after = (int((found.targets[f"met_{when}"] == "met").sum()) for when in ("before", "after"))
        yield _say("said_targets", language, count=len(found.targets), before=before, after=after)


def how(found: WhatIf, language: str) -> list[str]:
    """Return what the outcome rests on."""
    about, options, framework = found.about, found.about["options"], found.framework
    joint = "、" if language == "zh" else ", "
    said = [
        _say("how_effective", language, year=about["year"]),
        _say("how_yardstick", language, deviation=f"{about['run']['deviation']:.1g}"),
        _say(f"how_{options['choose']}", language),
        *([_say("how_nearly", language, share=f"{gap:.1g}")] if (gap := 100 * about["summary"]["gap"]) else []),
        _say("how_objective", language, objective=label_said(options["objective"], framework, language),
             unit=unit_said(options["unit_of_measure"], language)),
    ]  # fmt: skip
    if options["carbon_weight"] is not None:
        values = joint.join(
            f"{label_said(c, framework, language)} {value:g}" for c, value in options["equivalent_kg"].items()
        )
        said.append(_say("how_combined", language, eta=f"{options['carbon_weight']:g}", values=values))
    if about["electricity_factors"]:
        factors = joint.join(
            # a number that the list states has no code of a table
            _say(
                "how_factor" if source in electricity_factors() else "how_factor_stated",
                language,
                source=source,
                value=f"{value:g}",
            )
            for source, value in about["electricity_factors"].items()
        )
        said.append(_say("how_power", language, factors=factors))
    if (found.effects["landed"] != 0).any():
        said.append(_say("how_relocated", language))
    if options["tiers"]:
        said.append(_say("how_tiers", language))
    for warning in about["warnings"]:
        message = Fault(warning["key"], warning["values"]).message(language)
        said.append(_say("how_warning", language, message=message))
    return said
