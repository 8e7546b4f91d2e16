"""The tables of regressions."""

from evaluate.forms import Form

MODELS = Form("regression_models", {
    "regression": "text", "type": "text", "target": "text", "year": "whole", "model": "text", "n": "whole",
    "dropped": "whole", "parameters": "number", "aicc": "number", "difference": "number", "akaike_weight": "number",
    "aic": "number", "bic": "number", "cv": "number", "r2": "number", "adjusted_r2": "number",
    "log_likelihood": "number", "kernel": "text", "bandwidth": "number", "bandwidth_low": "number",
    "bandwidth_high": "number", "bandwidth_unit": "text", "time_share": "number", "critical_t": "number",
    "collinear_share": "number", "neighbours": "text", "islands": "whole", "standardised": "whole",
    "forced": "text", "state": "text",
})  # fmt: skip
"""One row a model. `year` is blank for a model over all scored years. `difference` is AICc less that of the best model
on the same rows, `akaike_weight` how much the data speak for it among those. `bandwidth_unit` is `units` or `km`;
blank for `mgwr`, whose terms have bandwidths of their own. `time_share`: how much time counts in distances (`gtwr`).
`collinear_share`: share of units around which columns are collinear (condition number above 30). `neighbours`: rule of
neighbourhood of `lag` and `error`, see `neighbour_rules.csv`; `islands`: rows of theirs without a neighbour among the
rows, around which nothing stands. `forced`: what was let pass, `few_units`, `many_units` or `made_of`, the last with
the variables."""

TERMS = Form("regression_terms", {
    "regression": "text", "type": "text", "year": "whole", "model": "text", "term": "text", "coefficient": "number",
    "standard_error": "number", "statistic": "number", "p": "number", "least": "number", "lower_quartile": "number",
    "median": "number", "upper_quartile": "number", "greatest": "number", "bandwidth": "number",
    "bandwidth_low": "number", "bandwidth_high": "number", "parameters": "number", "critical_t": "number",
    "share_significant": "number", "share_positive": "number", "spread": "number", "p_variability": "number",
    "permutations": "whole", "state": "text",
})  # fmt: skip
"""One row a term of a model. Global models have a coefficient with standard error, t (`ols`) or z and p; local ones the
spread of their coefficients over the units, mean in `coefficient`. `p_variability`: Monte-Carlo p of the standard
deviation `spread` under units put at random places, from so many `permutations` that gave a figure."""

COEFFICIENTS = Form("local_coefficients", {
    "regression": "text", "type": "text", "model": "text", "year": "whole", "unit": "text", "term": "text",
    "coefficient": "number", "standard_error": "number", "t": "number", "critical_t": "number",
    "significant": "whole", "predicted": "whole", "state": "text",
})  # fmt: skip
"""One row a local model, unit-year and term. `significant`: 1 where |t| is above `critical_t`. `predicted`: 1 for a
unit or place that lacks the target and took no part in the regression."""

FIT = Form("local_fit", {
    "regression": "text", "type": "text", "model": "text", "year": "whole", "unit": "text", "predicted": "whole",
    "observed": "number", "fitted": "number", "mean_error": "number", "value_error": "number", "residual": "number",
    "standardised_residual": "number", "local_r2": "number", "condition_number": "number", "greatest_vif": "number",
    "cook": "number", "nearest_km": "number", "state": "text",
})  # fmt: skip
"""One row a local model and unit-year, in the unit of measure of the target. `mean_error` and `value_error`: standard
errors of the mean at the place and of a single value; there are none for predictions of `mgwr`.
`nearest_km`: of what is predicted, how far the nearest unit of the regression is."""

FORMS = (MODELS, TERMS, COEFFICIENTS, FIT)
