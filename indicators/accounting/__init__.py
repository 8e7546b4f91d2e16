"""Emission accounting: activities times factors are lines; lines add up to gross, removals, sold and net."""

from indicators.accounting.factors import CO2_EQUIVALENT, Chosen, Factor, FactorTable, valid_in
from indicators.accounting.fuels import fuel_emissions, fuel_factor
from indicators.accounting.lines import LINES, Activity, account, emission_step, line_uncertainty, measured, unreported
from indicators.accounting.sums import FIGURES, Total, doubled, net, signed, total, unit_totals
from indicators.accounting.tables import bundled_factors, factors_from, places

__all__ = [
    "CO2_EQUIVALENT",
    "FIGURES",
    "LINES",
    "Activity",
    "Chosen",
    "Factor",
    "FactorTable",
    "Total",
    "account",
    "bundled_factors",
    "doubled",
    "emission_step",
    "factors_from",
    "fuel_emissions",
    "fuel_factor",
    "line_uncertainty",
    "measured",
    "net",
    "places",
    "signed",
    "total",
    "unit_totals",
    "unreported",
    "valid_in",
]
