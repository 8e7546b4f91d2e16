"""The tables of the geographical detector."""

from evaluate.forms import Form, Kind

_KEYS: dict[str, Kind] = {"target": "text", "type": "text", "year": "whole"}
"""Of every table: what is explained, of which type of units (empty: of all together), and when."""

SAMPLES = Form("detector_samples", {
    **_KEYS, "n": "whole", "dropped": "whole", "unit_of_measure": "text", "forced": "text", "state": "text",
})  # fmt: skip
"""What was explained; where it was not, why not. `forced`: factors that the target is made of."""

TRIED = Form("detector_q", {
    **_KEYS, "variable": "text", "way": "text", "classes_asked": "whole", "classes": "whole", "q": "number",
    "adjusted": "number", "smallest": "whole", "merit": "number", "chosen": "whole", "breaks": "text",
    "warnings": "text", "forced": "text", "state": "text",
})  # fmt: skip
"""Every variable × way of cutting × number of classes. `merit`: what the choice goes by, blank where a stratum is
smaller than the minimum; `forced`: variables that target and factor are both computed from."""

FACTORS = Form("detector_factors", {
    **_KEYS, "factor": "text", "of": "text", "unit_of_measure": "text", "kind": "text", "way": "text",
    "classes_asked": "whole", "strata": "whole", "smallest": "whole", "n": "whole", "q": "number",
    "adjusted": "number", "chance": "number", "f": "number", "p_f_sample": "number", "p_f_population": "number",
    "p_permutation": "number", "p_choice": "number", "warnings": "text", "forced": "text", "state": "text",
})  # fmt: skip
"""q of every factor as it was cut. `p_f_…`: of the non-central F, σ² with N − 1 (`sample`, R's geodetector) or with
N (`population`, gdverse); `p_choice`: permutation p in which every shuffle chooses its cutting anew."""

STRATA = Form("detector_strata", {
    **_KEYS, "factor": "text", "stratum": "whole", "label": "text", "lower": "number", "upper": "number",
    "n": "whole", "mean": "number", "variance": "number", "forced": "text",
})  # fmt: skip
"""The strata of every factor; a number on a bound belongs to the stratum below. `variance`: with N_h, as in q."""

UNITS = Form("detector_units", {**_KEYS, "factor": "text", "unit": "text", "stratum": "whole", "forced": "text"})
"""Which stratum of the factor with the greatest adjusted q each unit is in."""

INTERACTIONS = Form("detector_interactions", {
    **_KEYS, "first": "text", "second": "text", "q": "number", "q_first": "number", "q_second": "number",
    "kind": "text", "chance": "number", "p_permutation": "number", "strata": "whole", "smallest": "whole",
    "alone": "whole", "warnings": "text", "forced": "text", "state": "text",
})  # fmt: skip
"""q of every pair of factors together. `alone`: strata of a single unit."""

RISKS = Form("detector_risks", {
    **_KEYS, "factor": "text", "first": "whole", "second": "whole", "first_label": "text", "second_label": "text",
    "mean_first": "number", "mean_second": "number", "n_first": "whole", "n_second": "whole", "t": "number",
    "freedom": "number", "p": "number", "significant": "whole", "forced": "text", "state": "text",
})  # fmt: skip
"""Means of every two strata of a factor compared; p of one comparison."""

ECOLOGICAL = Form("detector_ecological", {
    **_KEYS, "first": "text", "second": "text", "f": "number", "freedom": "whole", "p": "number", "tail": "text",
    "significant": "whole", "forced": "text", "state": "text",
})  # fmt: skip
"""Whether one factor accounts for more than another."""

FORMS = (SAMPLES, TRIED, FACTORS, STRATA, UNITS, INTERACTIONS, RISKS, ECOLOGICAL)
