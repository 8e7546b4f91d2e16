"""The choices of a robustness analysis: paths under the methodology, and what each replicate draws."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methodology import FAMILIES, Methodology, inherit
from evaluate.scoring.codes import check_codes
from evaluate.scoring.normalised import missing_references
from indicators.errors import Fault, Faults, InputError, Place, nearest
from indicators.framework import Framework
from indicators.spec import Locate, Path, build, plain_place
from indicators.structure import TOP

_BY_CODE = (("overrides",), ("veto",), ("weighting", "parents"), ("aggregation", "parents"))
"""Collections by code: an option states all of its entries, since leaving one out is a choice, too."""


@dataclass(frozen=True)
class Choice:
    """One thing that is varied: its path and the complete options, as plain settings."""

    path: tuple[str, ...]
    options: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The path as the user writes it."""
        return ".".join(self.path)


def read_choices(
    vary: Mapping[str, Sequence[Any]],
    methodology: Methodology,
    framework: Framework,
    locate: Locate = plain_place,
    prefix: Path = ("robustness", "vary"),
    *,
    columns: Collection[str] = (),
    baseline: bool = True,
) -> list[Choice]:
    """Return the choices of `vary`, each option completed from the base choice.

    `columns`: of the roster, by which units may be grouped; `baseline`: whether a baseline year is set.
    Errors: a path that names nothing, an option that is no valid setting or that this framework, roster or period
    cannot serve; all of them at once.
    """
    faults, out = Faults(), []
    plain = methodology.to_dict(with_none=True)
    known = _paths(plain, framework)
    known_wrong = [fault.values for fault in _unserved(framework, methodology, Place(), columns, baseline)]
    for name, options in vary.items():
        here: Path = (*prefix, name)
        if name not in known:
            faults.add("robustness.no_such_choice", locate(here), found=name, meant=nearest(name, known))
            continue
        path = tuple(name.split("."))
        base, completed = _at(plain, path), []
        for position, option in enumerate(options):
            whole = _completed(path, base, option)
            with faults.collecting():
                varied = _valid(_put(plain, path, whole), path, locate, (*here, position))
                option_faults = _unserved(framework, varied, locate((*here, position)), columns, baseline)
                # what the base choice has wrong is said of the base choice
                faults.extend(fault for fault in option_faults if fault.values not in known_wrong)
            completed.append(whole)
        out.append(Choice(path, tuple(completed)))
    faults.raise_if_any()
    return sorted(out, key=lambda choice: choice.name)


def _completed(path: tuple[str, ...], base: Any, option: Any) -> Any:
    """Return an option with what it does not state and the base choice does, at every depth."""
    if not isinstance(option, Mapping) or not isinstance(base, Mapping) or path in _BY_CODE:
        return option
    if family := _family(path):
        return inherit(family, base, option)
    return {**base, **{key: _completed((*path, key), base.get(key), value) for key, value in option.items()}}


def _valid(plain: dict[str, Any], path: tuple[str, ...], locate: Locate, here: Path) -> Methodology:
    """Refuse an option that makes no valid methodology; faults lie where the option stands."""

    def inside(at: Path) -> Place:
        return locate((*here, *at[len(path) :])) if at[: len(path)] == path else locate(here)

    return build(Methodology, plain, inside)


def _unserved(
    framework: Framework, methodology: Methodology, place: Place, columns: Collection[str], baseline: bool
) -> list[Fault]:
    """Return what a methodology asks for that framework, roster or period do not have."""
    found: list[Fault] = []
    try:
        check_codes(framework, methodology)
    except InputError as error:
        found += error.faults
    for code in framework.indicators:
        found += missing_references(framework, methodology, code, list(framework.types) or [""])
    by = methodology.imputation.column
    if by is not None and by not in ("type", *columns):
        found.append(Fault("formula.unknown_column", {"found": by, "meant": nearest(by, ["type", *columns])}))
    if "baseline" in methodology.references and not baseline:
        found.append(Fault("assessment.baseline_reference"))
    return [replace(fault, place=place) for fault in found]


def with_options(methodology: Methodology, choices: Iterable[Choice], picked: Iterable[int]) -> Methodology:
    """Return the methodology with one option of every choice in place.

    A parameter that the drawn method does not have, such as the bounds of a z-score, changes nothing.
    """
    plain = methodology.to_dict(with_none=True)
    for choice, at in zip(choices, picked, strict=True):
        if _has(plain, choice.path):
            plain = _put(plain, choice.path, choice.options[at])
    return build(Methodology, plain)


def _has(plain: Any, path: tuple[str, ...]) -> bool:
    """Return whether the method that stands above a path has this parameter, or none stands there."""
    family, above = _family(path[:-1]) if len(path) > 1 else "", _at(plain, path[:-1])
    if not family or not isinstance(above, Mapping):
        return True
    kind = next((member for member in FAMILIES[family] if member.word() == above.get("method")), None)
    return kind is None or path[-1] in kind.model_fields


def _paths(node: Any, framework: Framework) -> list[str]:
    def walk(here: Any, path: tuple[str, ...]) -> Iterator[str]:
        if isinstance(here, Mapping):
            for key, below in here.items():
                if key != "method":
                    yield ".".join((*path, str(key)))
                    yield from walk(below, (*path, str(key)))

    listed = list(walk(node, ()))
    for code in framework.indicators:
        listed += [f"overrides.{code}.{family}" for family in ("outliers", "normalisation")]
    for code in (TOP, *framework.dimensions()):
        listed += [f"{family}.parents.{code}" for family in ("weighting", "aggregation")]
    return list(dict.fromkeys(listed))


def _family(path: tuple[str, ...]) -> str:
    """Return the family whose member stands at a path, or an empty text."""
    if path[0] == "overrides" and len(path) == 3:
        return path[2]
    by_level = path[0] in ("weighting", "aggregation")
    if by_level and len(path) == 3 and path[1] == "parents":
        return path[0]
    whole = len(path) == 2 and path[1] in ("indicators", "dimensions") if by_level else len(path) == 1
    return path[0] if path[0] in FAMILIES and whole else ""


def _at(plain: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        plain = plain.get(key) if isinstance(plain, Mapping) else None
    # an override that is not there yet is completed from the methodology's own choice
    return plain


def _put(plain: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    out = deepcopy(plain)
    here = out
    for key in path[:-1]:
        here[key] = here.get(key) or {}
        here = here[key]
    here[path[-1]] = value
    return out


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return a generator of its own for a name, so that a draw depends on its name and on nothing else."""
    digest = hashlib.sha256("|".join([str(seed), *names]).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def draw_options(choices: Sequence[Choice], runs: int, seed: int) -> NDArray[np.int_]:
    """Return the option that each replicate draws of each choice, (runs, choices)."""
    drawn = [generator(seed, "choice", c.name).integers(len(c.options), size=runs) for c in choices]
    return np.column_stack(drawn) if drawn else np.zeros((runs, 0), dtype=int)
