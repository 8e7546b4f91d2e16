"""Bad input in measures of efficiency: models told what they have no use for, and formulas that are none of theirs."""

# ruff: noqa: E501
from tests.messages.cases import Case, edit

FILE = "framework.yaml"
OWN = "formula: -change(co2)"
AT = "1 fault in framework.yaml\n  framework.yaml:12  indicators.co2_reduction.measure"


def stated(name: str, settings: str, said: str) -> Case:
    """Return a case in which an indicator is a measure with these settings; `said`: what follows its place."""
    return edit(FILE, name, (OWN, f"measure: {{{settings}}}"), said=f"{AT}{said}\n")


def efficiency(name: str, settings: str, said: str) -> Case:
    """Return a case of the measure of efficiency."""
    return stated(name, f"method: efficiency, inputs: [gdp], goods: [co2], output: efficiency, {settings}", said)


CASES = [
    efficiency(
        "direction of a model without one",
        "model: slacks_based, direction: {inputs: 1}",
        ": the model slacks_based has no use for `direction`; leave it out, or take a model that has",
    ),
    efficiency(
        "bad outputs in a radial model",
        "bads: [so2], model: radial",
        ": the model radial has no place for bad outputs; take the directional distance or the slacks-based measure",
    ),
    efficiency(
        "both sides of a radial model",
        "model: radial, orientation: both",
        ": must be one of input | output; found 'both'",
    ),
    efficiency(
        "by production without bad outputs",
        "model: by_production, causes: [gdp]",
        ": the model by_production needs bad outputs",
    ),
    efficiency(
        "by production without causes",
        "bads: [so2], model: by_production",
        ": the model by_production needs `causes`: which of the inputs cause the emissions",
    ),
    efficiency(
        "cause that is no input",
        "bads: [so2], model: by_production, causes: [gpd]",
        ": 'gpd' is none of the `inputs`; did you mean 'gdp'?",
    ),
    efficiency(
        "direction to nowhere",
        "model: directional, direction: {goods: 0, bads: 1}",
        ": the direction is 0 throughout",
    ),
    efficiency(
        "model that does not exist",
        "model: slack_based",
        ".model: must be one of 'directional', 'slacks_based', 'super_slacks_based', 'radial', 'by_production'; found 'slack_based'; did you mean 'slacks_based'?",
    ),
    efficiency(
        "bad output that is an input, too",
        "bads: [gdp], model: slacks_based",
        ": one variable is named twice",
    ),
    stated(
        "price of what is no bad output",
        "method: shadow_price, inputs: [gdp], goods: [co2], bads: [so2], of: so, good: co2, output: price",
        ": 'so' is none of the `bads`; did you mean 'so2'?",
    ),
    edit(
        FILE,
        "price in another unit of measure",
        (
            OWN,
            "measure: {method: shadow_price, inputs: [co2], goods: [gdp], bads: [so2], of: so2, good: gdp, output: price}",
        ),
        said="""\
1 fault in framework.yaml
  framework.yaml:12  indicators.co2_reduction.unit_of_measure: the formula gives CNY / t, which cannot become the declared %
""",
    ),
    stated(
        "unknown variable among the inputs",
        "method: productivity, inputs: [co2, gpd], goods: [gdp], bads: [so2], output: change",
        ".inputs[1]: the formula names 'gpd', which is no variable; did you mean 'gdp'?",
    ),
]
