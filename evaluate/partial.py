"""What can still be found in an assessment of which parts are wrong, so that all faults are told at once."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from evaluate.accounting import activities_of
from evaluate.intake.roster import read_roster
from evaluate.intake.tables import read_tables
from evaluate.intake.yamlfile import YamlFile, read_yaml
from evaluate.spec import AssessmentFile, RosterSpec
from indicators.errors import Fault, Faults, InputError
from indicators.framework import Framework
from indicators.spec import Locate, build
from indicators.units import factor, measure

_SPARE = frozenset({"title", "notice", "coverage", "methodology", "robustness", "outputs", "overlays", "spatial"})
"""Parts of an assessment without which the rest can still be checked."""


def form_of(source: YamlFile, faults: Faults) -> tuple[AssessmentFile | None, bool]:
    """Build the file; where parts of it are wrong, build it without them, so that the rest is checked, too.

    Returns:
        The file, nothing where too little of it is left; and whether its period is the user's and no stand-in.
    """
    try:
        return build(AssessmentFile, source.data, source.place), True
    except InputError as error:
        faults.extend(error.faults)
        wrong = {re.split(r"[.\[]", found.place.key)[0] for found in error.faults}
    known = {info.alias or name for name, info in AssessmentFile.model_fields.items()}
    if wrong & known - _SPARE - {"period"}:
        return None, True
    if "methodology" in wrong:
        wrong.add("robustness")  # its choices name parts of the methodology
    kept = {key: value for key, value in source.data.items() if key in known - wrong}
    if "period" in wrong:
        kept["period"] = _stand_in(source.data.get("period"))
    try:
        return build(AssessmentFile, {"title": "–", **kept}, source.place), "period" not in wrong
    except InputError:
        return None, True


def _stand_in(period: Any) -> dict[str, int]:
    """Return the years that a faulty period states, in order; where one is not stated, a year that no table holds.

    >>> _stand_in({"from": 2019, "to": 2012}), _stand_in({"form": 2012, "to": 2019})
    ({'from': 2012, 'to': 2019}, {'from': 1900, 'to': 1900})
    """
    stated = [period.get(key) for key in ("from", "to")] if isinstance(period, Mapping) else []
    years = sorted(year for year in stated if type(year) is int and 1900 <= year <= 2200)
    return {"from": years[0], "to": years[1]} if len(years) == 2 else {"from": 1900, "to": 1900}


def codes_of(
    spec: RosterSpec, base: Path, types: list[str], place: Locate, faults: Faults
) -> tuple[pd.DataFrame | None, bool]:
    """Return the roster and whether it is without faults; with faults its codes alone, nothing where they have some."""
    with faults.collecting():
        return read_roster(spec, base, types, place), True
    try:
        # the codes alone are enough to look into the tables
        bare = spec.model_copy(update={"type": None, "name": None, "cohorts": []})
        return read_roster(bare, base, [], place), False
    except InputError:
        return None, False


def faults_of_tables(source: YamlFile, file: AssessmentFile, base: Path, bundled: Mapping[str, Path]) -> list[Fault]:
    """Return the faults of roster and tables under a framework, a period or a roster that has faults itself.

    Without the codes of the roster no row is known to count, and of the tables only their columns are looked at.
    """
    found, usable = Faults(), {}
    try:
        definition = build(
            Framework, read_yaml(bundled.get(file.framework, base / file.framework), file.framework).data
        )
    except InputError:
        return []
    for code, variable in {**activities_of(file), **definition.variables}.items():
        with Faults().collecting():
            measure(variable.unit_of_measure)
            usable[code] = variable
    first = min(file.period.from_, file.period.baseline or file.period.from_)
    needed = {code: set(range(first, file.period.to + 1)) for code in usable}
    roster, _ = codes_of(file.roster, base, list(definition.types), source.place, found)
    with found.collecting():
        read_tables(
            file.data, base, variables=usable, needed=needed,
            roster=[] if roster is None else list(roster["unit"]), convert=factor, place=source.place,
        )  # fmt: skip
    # what has no place follows from the framework's own faults
    return [fault for fault in found if fault.place.file]
