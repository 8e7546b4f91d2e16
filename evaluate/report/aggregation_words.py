"""What a sentence on an aggregation says of its parameters."""

from collections.abc import Mapping
from typing import Any

from evaluate.report.parts import Labels


def aggregation_values(labels: Labels, method: Any, values: Mapping[str, str]) -> dict[str, str]:
    """Return what is filled into the sentence of an aggregation; `values` are its parameters as they are written."""
    out = {}
    if "penalty" in values:
        out["penalty"] = labels.say(f"penalty_{method.penalty}")
    if "scaling" in values:
        out["scaling"] = labels.say(f"scaling_{method.scaling}")
    if "orness" in values:
        way = "owa_orness" if method.order_weights is None else "owa_places"
        out["places"] = labels.say(way, orness=values["orness"], order_weights=values["order_weights"])
    if "share_of" in values:
        low, high = method.share or (0, 1)
        way = "free" if method.share is None else method.share_of + "_given" * method.around_given
        out["limits"] = labels.say(f"doubt_{way}", low=f"{low:g}", high=f"{high:g}")
    return out
