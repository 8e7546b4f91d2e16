"""The tiny assessment with emissions that come from activities: coal, gas, power, sinks, and SO2 of the coal."""

from pathlib import Path

from tests.evaluate.tiny import DATA, ROSTER, Project, make

ACCOUNTING = """\
accounting:
  factors: [own.csv]
  activities:
    coal: {fuel: raw_coal, also: [coal_so2], unit_of_measure: t, uncertainty: 0.03, factor_uncertainty: 0.04}
    gas: {fuel: natural_gas, unit_of_measure: m^3, absent: zero, uncertainty: 0.02, factor_uncertainty: 0.01}
    power: {electricity: {series: statistics, place: 全国}, unit_of_measure: MWh, uncertainty: 0.01, factor_uncertainty: 0.05}
    forest: {removal: grown, unit_of_measure: ha, absent: zero}
    deal: {measured: co2, counts_as: sold, unit_of_measure: t, absent: zero}
  totals:
    co2: {substance: co2, scopes: [1, 2]}
    so2: {substance: so2, scopes: [1]}
period:"""  # noqa: E501
OWN = """\
kind,code,substance,value,unit_of_measure,year,valid_from,valid_to,guide,table,uncertainty
pollutant,coal_so2,so2,8,kg/t,2020,any,any,made for the tests,1,0.1
removal,grown,co2,2.5,t/ha,2020,2000,any,made for the tests,2,
"""
COLUMNS = """\
      co2_t: {variable: co2, unit_of_measure: t}
      so2_t: {variable: so2, unit_of_measure: t}
"""
REPORTED = """\
      coal_kt: {variable: coal, unit_of_measure: kt}
      gas_1e4m3: {variable: gas, unit_of_measure: 1e4 m^3}
      power_gwh: {variable: power, unit_of_measure: GWh}
      forest_ha: {variable: forest, unit_of_measure: ha}
      sold_t: {variable: deal, unit_of_measure: t}
"""


def amounts() -> dict[tuple[str, int], tuple[float, float, float]]:
    """Coal (kt), gas (1e4 m3) and power (GWh) by unit and year, each of another size."""
    out = {}
    for n in range(1, 7):
        for year in (2021, 2022, 2023):
            step = year - 2021
            out[f"C{n}", year] = (2.0 + 1.5 * n - 0.1 * n * step, 40.0 * n + 3 * step, 5.0 * n - 0.2 * step * (n % 3))
    return out


def table() -> str:
    """The table of activities, in the form that the columns say."""
    gdp = {}
    for line in DATA.splitlines()[1:]:
        unit, year, _, _, gdp_1e8 = line.split(",")
        gdp[unit, int(year) + 2] = gdp_1e8
    head = "unit,year,coal_kt,gas_1e4m3,power_gwh,forest_ha,sold_t,gdp_1e8\n"
    rows = [
        f"{unit},{year},{coal:.10g},{gas:.10g},{power:.10g},{100 if unit == 'C1' else ''},"
        f"{50 if unit == 'C1' else ''},{gdp[unit, year]}\n"
        for (unit, year), (coal, gas, power) in amounts().items()
    ]
    return head + "".join(rows)


def accounted(folder: Path) -> Project:
    """Write the assessment into a folder, which is made."""
    return with_accounts(make(folder))


def with_accounts(project: Project) -> Project:
    """Give a tiny assessment its accounts."""
    project.write("data.csv", table())
    project.write("own.csv", OWN)
    provinces = ("安徽省", "广东省", "Beijing", "510000", "云南", "河北")
    lines = [line + f",{word}" for line, word in zip(ROSTER.splitlines(), ("province", *provinces), strict=True)]
    project.write("roster.csv", "\n".join(lines) + "\n")
    project.assess(
        (COLUMNS, REPORTED), ("cohorts: [region]", "cohorts: [region, province]"),
        ("period: {from: 2020, to: 2021, baseline: 2019}", "period: {from: 2022, to: 2023, baseline: 2021}"),
    )  # fmt: skip
    project.assess(("period:", ACCOUNTING))
    return project
