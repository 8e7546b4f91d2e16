# ruff: noqa: E501
"""Bad input: a decomposition that a framework declares."""

from tests.evaluate.tiny import DATA, Project
from tests.messages.cases import Case

FILE = "framework.yaml"
KAYA = """\
decompositions:
  kaya:
    label: {zh: 恒等式, en: Kaya identity}
    drivers:
      size: {label: {zh: 经济规模, en: Size}, formula: gdp}
    emissions:
      co2: {emission: co2, drivers: {intensity: {label: {zh: 碳强度, en: CO2 per GDP}, formula: co2 / gdp}}}
      so2: {emission: so2, drivers: {intensity: {label: {zh: 硫强度, en: SO2 per GDP}, formula: so2 / gdp}}}
"""


def declare(project: Project, *pairs: tuple[str, str]) -> None:
    """Add a good decomposition to the framework, then replace texts in it."""
    project.change(FILE, ("types:\n", KAYA + "types:\n"), *pairs)


def declared(name: str, *pairs: tuple[str, str], said: str) -> Case:
    return Case(name, lambda project: declare(project, *pairs), said)


def three_million_tonnes(project: Project) -> None:
    """Let a formula lean on a variable that does not add up in two unit-years."""
    project.change(
        FILE,
        (
            "  gdp: {unit_of_measure: CNY,",
            "  total: {unit_of_measure: t, label: {zh: 合计, en: Total}}\n  gdp: {unit_of_measure: CNY,",
        ),
        ("types:\n", KAYA.replace("formula: co2 / gdp", "formula: total / gdp") + "types:\n"),
    )
    rows = DATA.splitlines()
    lines = [f"{rows[0]},total_t", *(f"{row},{row.split(',')[2]}" for row in rows[1:])]
    said = "\n".join(lines) + "\n"
    for before, after in (
        ("C2,2020,9100,850,125,9100", "C2,2020,9100,850,125,9000"),
        ("C4,2021,18500,1100,340,18500", "C4,2021,18500,1100,340,18499"),
    ):
        assert said.count(before) == 1
        said = said.replace(before, after)
    project.write("data.csv", said)
    project.assess(("      so2_t: {", "      total_t: {variable: total, unit_of_measure: t}\n      so2_t: {"))


CASES = [
    declared(
        "unknown name in a driver",
        ("formula: gdp}\n", "formula: gpd}\n"),
        said="""\
1 fault in framework.yaml
  framework.yaml:27  decompositions.kaya.drivers.size.formula: the formula names 'gpd', which is no variable; did you mean 'gdp'?
""",
    ),
    declared(
        "driver that looks at another year",
        ("formula: gdp}\n", "formula: 'lag(gdp, 1)'}\n"),
        said="""\
1 fault in framework.yaml
  framework.yaml:27  decompositions.kaya.drivers.size.formula: a formula of a decomposition is about one unit in one year; lag cannot be used
""",
    ),
    declared(
        "driver twice",
        ("so2, drivers: {intensity:", "so2, drivers: {size:"),
        said="""\
1 fault in framework.yaml
  framework.yaml:30  decompositions.kaya.emissions.so2.drivers.size: 'size' is a driver that all emissions share already
""",
    ),
    declared(
        "identity of one driver",
        ("      size: {label: {zh: 经济规模, en: Size}, formula: gdp}\n", ""),
        ("    drivers:\n", ""),
        ("formula: co2 / gdp}}}", "formula: co2}}}"),
        ("formula: so2 / gdp}}}", "formula: so2}}}"),
        said="""\
2 faults in framework.yaml
  framework.yaml:27  decompositions.kaya.emissions.co2: an identity needs at least two drivers; found 1
  framework.yaml:28  decompositions.kaya.emissions.so2: an identity needs at least two drivers; found 1
""",
    ),
    declared(
        "sectors that differ in number",
        ("formula: gdp}\n", "formula: [gdp, gdp]}\n    sectors: [coal, oil, gas]\n"),
        ("formula: co2 / gdp}}}", "formula: [co2 / gdp, co2 / gdp, co2 / gdp]}}}"),
        said="""\
1 fault in framework.yaml
  framework.yaml:27  decompositions.kaya.drivers.size.formula: expected 3 sectors; found 2
""",
    ),
    declared(
        "drivers whose product is no emission",
        ("formula: co2 / gdp}}}", "formula: co2}}}"),
        said="""\
1 fault in framework.yaml
  framework.yaml:29  decompositions.kaya.emissions.co2.emission: the product of the drivers is in CNY * t, which does not fit t, the emission's
""",
    ),
    declared(
        "sectors of one driver in other units",
        ("formula: gdp}\n", "formula: [gdp, co2]}\n"),
        said="""\
1 fault in framework.yaml
  framework.yaml:27  decompositions.kaya.drivers.size.formula[1]: the formula gives t, which cannot become the declared CNY
""",
    ),
    declared(
        "emission shown in another kind of unit",
        ("{emission: co2,", "{emission: co2, unit_of_measure: km,"),
        said="""\
1 fault in framework.yaml
  framework.yaml:29  decompositions.kaya.emissions.co2.unit_of_measure: the formula gives t, which cannot become the declared km
""",
    ),
    declared(
        "delta that vanishes",
        ("formula: gdp}\n", "formula: gdp}\n    zeros: small\n    delta: 1.0e-200\n"),
        said="""\
1 fault in framework.yaml
  framework.yaml:29  decompositions.kaya.delta: 1e-200 is too small: the product of 2 drivers would vanish
""",
    ),
    declared(
        "zeros treated in an unknown way",
        ("formula: gdp}\n", "formula: gdp}\n    zeros: smal\n"),
        said="""\
1 fault in framework.yaml
  framework.yaml:28  decompositions.kaya.zeros: must be one of 'limit', 'small'; found 'smal'; did you mean 'small'?
""",
    ),
    declared(
        "several faults of decompositions and indicators at once",
        ("formula: gdp}\n", "formula: gpd}\n"),
        ("formula: co2 / gdp, unit_of_measure: t / (1e4 CNY)", "formula: c02 / gdp, unit_of_measure: t / (1e4 CNY)"),
        said="""\
2 faults in framework.yaml
  framework.yaml:11  indicators.co2_intensity.formula: the formula names 'c02', which is no variable; did you mean 'co2'?
  framework.yaml:27  decompositions.kaya.drivers.size.formula: the formula names 'gpd', which is no variable; did you mean 'gdp'?
""",
    ),
]
