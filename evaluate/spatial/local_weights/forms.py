"""The tables of weights that vary over space; none of them has a rank."""

from evaluate.forms import Form

WEIGHTS = Form("local_weights", {
    "method": "text", "type": "text", "year": "whole", "unit": "text", "indicator": "text", "weight": "number",
    "composite_weight": "number", "state": "text",
})  # fmt: skip
"""One row a method, unit and indicator: its weight around the unit, 0 where its score is missing, and beside it the
effective weight that it has in the composite. Weights of a unit sum to 1, under `ogwa` with its density in the mean of
the units."""

COMPOSITE = Form("local_composite", {
    "method": "text", "type": "text", "year": "whole", "unit": "text", "local_composite": "number",
    "composite": "number", "difference": "number", "state": "text",
})  # fmt: skip
"""One row a method and unit: the weighted mean of its indicator scores, the composite, and the former less the latter.
Exploratory: it feeds no rank, and it has none."""

COMPARISON = Form("local_comparison", {
    "method": "text", "type": "text", "year": "whole", "n": "whole", "spearman": "number", "mean_difference": "number",
    "greatest_rise": "number", "rise_unit": "text", "greatest_fall": "number", "fall_unit": "text", "kernel": "text",
    "bandwidth": "number", "bandwidth_unit": "text", "counting": "whole", "state": "text",
})  # fmt: skip
"""One row a method: rank correlation of both composites over n units, the mean of their absolute differences, and the
units that gain and lose most. `counting`: how many scores of a unit count (`ogwa`)."""

FORMS = (WEIGHTS, COMPOSITE, COMPARISON)
