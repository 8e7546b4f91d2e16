"""What can be wrong with weights that vary over space, found before anything is computed."""

from evaluate.spec import AssessmentFile
from indicators.errors import Faults
from indicators.spec import Locate

HERE = ("spatial", "local_weights")


def check_local_weights(file: AssessmentFile, place: Locate) -> Faults:
    """Return everything that does not fit: no boundaries, a method twice, a bandwidth that is none.

    Args:
        file: the assessment.
        place: gives the place of a key of the assessment.
    """
    faults = Faults()
    spec = file.spatial.local_weights if file.spatial is not None else None
    if spec is None:
        return faults
    if file.boundaries is None:
        faults.add("local_weights.needs_boundaries", place(HERE))
    for at, method in enumerate(spec.methods):
        if method in spec.methods[:at]:
            faults.add("local_weights.twice", place((*HERE, "methods", at)), found=method)
    if spec.bandwidth is None and not spec.adaptive:
        faults.add("local_weights.needs_bandwidth", place(HERE))
    elif spec.bandwidth is not None and spec.adaptive and spec.bandwidth != int(spec.bandwidth):
        faults.add("local_weights.whole_bandwidth", place((*HERE, "bandwidth")), found=f"{spec.bandwidth:g}")
    return faults
