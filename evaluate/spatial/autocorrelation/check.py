"""What can be wrong with what is asked of spatial autocorrelation, found before anything is read."""

from typing import TYPE_CHECKING

from evaluate.spatial.autocorrelation.items import KEY, co_control, co_controls, joins_of, names_of, pairs_of
from evaluate.spatial.formulas import check_quantities
from indicators.errors import Faults, nearest
from indicators.framework import Framework
from indicators.spec import Locate, Path

if TYPE_CHECKING:
    from evaluate.spec import AssessmentFile


def check_autocorrelation(file: "AssessmentFile", framework: Framework, place: Locate) -> Faults:
    """Return a fault for every name that is none, every value listed twice and every pair of a value with itself.

    Args:
        file: the assessment.
        framework: its framework.
        place: gives the place of a key of the assessment.
    """
    faults = Faults()
    spec = file.spatial.autocorrelation if file.spatial is not None else None
    if spec is None:
        return faults
    named: list[tuple[str, Path]] = names_of(spec, framework)
    for at, (here, around, key) in enumerate(pairs_of(spec, framework)):
        named += [(here, (*key, 0)), (around, (*key, 1))] if spec.pairs is not None else []
        if here == around:
            faults.add("patterns.pair_alike", place(key), found=here)
        if spec.pairs is not None and [here, around] in spec.pairs[:at]:
            faults.add("patterns.twice", place(key), found=f"{here}, {around}")
    columns = ["type", *file.roster.cohorts]
    faults.extend(check_quantities([(name, place(key)) for name, key in named], file, framework))
    known = [*co_controls(framework), *columns]
    for at, (name, key) in enumerate(joins_of(spec, framework)):
        if co_control(framework, name) is None and name not in columns:
            listed = ", ".join(known)
            faults.add("patterns.no_categories", place(key), found=name, known=listed, meant=nearest(name, known))
        elif spec.joins is not None and name in spec.joins[:at]:
            faults.add("patterns.twice", place(key), found=name)
    for at, name in enumerate(spec.of or ()):
        if name in (spec.of or ())[:at]:
            faults.add("patterns.twice", place((*KEY, "of", at)), found=name)
    return faults
