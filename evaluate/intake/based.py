"""An assessment that is based on another one: what it does not state it takes from there."""

from dataclasses import replace
from pathlib import Path

from evaluate.intake.yamlfile import YamlFile, read_yaml
from indicators.errors import fault, nearest

KEY = "based_on"


def read_assessment(path: Path) -> YamlFile:
    """Read an assessment; a key at the top that it does not state is that of the file it is based on.

    Such a key is taken as a whole. Both files lie in one folder, since their paths are relative to it.
    Errors: as `read_yaml`; a base in another folder, or one that is itself based on another.
    """
    own = read_yaml(path, path.name)
    named = own.data.get(KEY)
    if not isinstance(named, str):
        return own
    place = own.place((KEY,))
    if Path(named).name != named or named == path.name:
        raise fault("assessment.base_elsewhere", place, found=named)
    if not (path.parent / named).is_file():
        known = sorted(p.name for p in path.parent.glob("*.yaml") if p.name != path.name)
        raise fault("assessment.no_base", place, found=named, meant=nearest(named, known))
    base = read_yaml(path.parent / named, named)
    if KEY in base.data:
        raise fault("assessment.base_of_base", base.place((KEY,)))
    return replace(own, data={**base.data, **own.data}, base=base)
