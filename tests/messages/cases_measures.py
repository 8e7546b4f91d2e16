# ruff: noqa: E501
"""Bad input: measures of a framework, and what is shown beside the composite."""

from tests.messages.cases import Case, edit

FILE = "framework.yaml"
WEALTH = "formula: gdp, unit_of_measure: 1e8 CNY,"
GROWTH = "{formula: gdp, worst: 0, best: 4e+10}"
AIR = "{formula: so2, worst: 1500, best: 0}"


def _measured(name: str, measure: str, said: str) -> Case:
    """Return a case in which an indicator takes its values from a measure that is wrong; it stands in line 14."""
    count = said.count("\n")
    head = f"{count} fault{'s' if count > 1 else ''} in framework.yaml\n"
    lines = "".join(f"  framework.yaml:14  indicators.wealth.measure{line}\n" for line in said.splitlines())
    return edit(FILE, name, (WEALTH, f"measure: {{{measure}}}, unit_of_measure: '1',"), said=head + lines)


def _coupled(name: str, said: str, growth: str = GROWTH, air: str = AIR, more: str = "") -> Case:
    parts = f"subsystems: {{growth: [{growth}], air: [{air}]}}"
    return _measured(
        name, f"method: coupling_coordination, model: corrected, output: coordination, {parts}{more}", said
    )


EQUIVALENTS = "method: pollutant_equivalents, pollutants: [so2]"
JOINT = "method: joint_performance, carbon: co2, pollutants: [so2]"

CASES = [
    _coupled(
        "limits of a part that are one",
        ".subsystems.growth[0]: worst (0) and best (0) must differ\n",
        growth="{formula: gdp, worst: 0, best: 0}",
    ),
    _coupled(
        "limits of a part against its direction",
        ".subsystems.air[0]: the order of worst (1500) and best (0) does not fit `direction: positive`\n",
        air="{formula: so2, worst: 1500, best: 0, direction: positive}",
    ),
    _coupled(
        "weight of no subsystem",
        ": 'aire' under `weights` is none of the subsystems of this measure; did you mean 'air'?\n",
        more=", weights: {growth: 1, aire: 1}",
    ),
    _coupled("subsystem without a weight", ": `weights` names no weight of: air\n", more=", weights: {growth: 1}"),
    _coupled("subsystems of no weight", ": the weights cannot all be 0\n", more=", weights: {growth: 0, air: 0}"),
    _coupled(
        "formulas of parts",
        ".subsystems.growth[0].formula: the formula names 'gdpp', which is no variable; did you mean 'gdp'?\n"
        ".subsystems.air[0].formula: the formula names 'soot', which is no variable\n",
        growth="{formula: gdpp, worst: 0, best: 1}",
        air="{formula: soot / gdp}",
    ),
    _measured(
        "coupling without a model",
        f"method: coupling_coordination, output: coordination, subsystems: {{growth: [{GROWTH}], air: [{AIR}]}}",
        ".model: this key is missing\n",
    ),
    _measured(
        "weights of the geometric synergy degree",
        f"method: synergy_degree, output: degree, subsystems: {{growth: [{GROWTH}], air: [{AIR}]}}, weights: {{growth: 1, air: 2}}",
        ": the geometric form takes no weights; choose `combine: weighted` or leave the weights out\n",
    ),
    _measured(
        "carbon without its weight",
        f"{EQUIVALENTS}, output: combined, carbon: co2",
        ": `carbon` and `carbon_weight` (η) are stated together; no law fixes the weight, so it has no default\n",
    ),
    _measured(
        "output for which too little is stated",
        f"{EQUIVALENTS}, output: combined",
        ": the output 'combined' needs `carbon`\n",
    ),
    _measured(
        "equivalents of what is no mass",
        "method: pollutant_equivalents, pollutants: [gdp], equivalents: {gdp: 1}, output: reduction",
        ".pollutants[0]: the formula gives CNY, which cannot become the declared t\n",
    ),
    _measured(
        "more peers needed than taken",
        f"{JOINT}, activity: gdp, output: joint_progress, peers: 2",
        ": `least_peers` (3) must not be above `peers` (2)\n",
    ),
    _measured(
        "pollutant of joint performance",
        "method: joint_performance, carbon: co2, pollutants: [so2, nox], output: joint_reduction",
        ".pollutants[1]: the formula names 'nox', which is no variable\n",
    ),
    _measured(
        "limits of decoupling the wrong way round",
        "method: decoupling, emission: co2, activity: gdp, output: gap, limits: [1.2, 0.8]",
        ": the lower limit 1.2 must be below the upper limit 0.8\n",
    ),
    edit(
        FILE,
        "measure beside the composite that is scored",
        (
            "types:\n",
            f"beside:\n  wealth: {{label: {{zh: 共同降幅, en: Joint fall}}, measure: {{{JOINT}, output: joint_reduction}}}}\ntypes:\n",
        ),
        said="""\
1 fault in framework.yaml
  framework.yaml:24  beside.wealth: 'wealth' is an indicator or a dimension already and cannot stand beside the composite, too
""",
    ),
]
