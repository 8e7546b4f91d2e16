"""The uncertain inputs of a robustness analysis, checked against framework, methodology and roster."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from evaluate.methodology import Methodology
from evaluate.robustness.choices import Choice, read_choices
from evaluate.robustness_spec import DirichletNoise, IndicatorError, RobustnessSpec, UniformNoise
from indicators.errors import Faults, nearest
from indicators.framework import Framework
from indicators.spec import Locate, Path, plain_place
from indicators.units import factor

Noise = UniformNoise | DirichletNoise


@dataclass(frozen=True)
class Inputs:
    """Everything that differs between replicates."""

    choices: tuple[Choice, ...] = ()
    noise: Noise | None = None
    """Of the weights; None where they stay as they are."""
    errors: Mapping[str, IndicatorError] = field(default_factory=dict)
    """By code of a variable or indicator."""
    leave_out: tuple[str, ...] = ()
    """Indicators of which each replicate leaves out none or one."""
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By variable, the variables that may stand in for it."""

    @property
    def counts(self) -> list[int]:
        """How many options each choice has: those of the methodology, then the sources, then what is left out."""
        return [
            *(len(choice.options) for choice in self.choices),
            *map(len, self.sources.values()),
            *([len(self.leave_out) + 1] if self.leave_out else []),
        ]

    @property
    def names(self) -> list[str]:
        """The names of what `counts` counts."""
        listed = [choice.name for choice in self.choices] + [f"sources.{code}" for code in self.sources]
        return listed + (["leave_out"] if self.leave_out else [])

    def options(self, name: str) -> tuple[object, ...]:
        """Return the options of one of `names`; None stands for leaving out nothing."""
        for choice in self.choices:
            if choice.name == name:
                return choice.options
        return (None, *self.leave_out) if name == "leave_out" else self.sources[name.removeprefix("sources.")]


def noise_of(spec: RobustnessSpec) -> Noise | None:
    """Return the noise of the weights; a plain number is uniform, 0 is none."""
    noise = spec.weight_noise
    found = noise if isinstance(noise, UniformNoise | DirichletNoise) else UniformNoise(method="uniform", noise=noise)
    return None if isinstance(found, UniformNoise) and found.noise == 0 else found


def read_inputs(
    spec: RobustnessSpec,
    methodology: Methodology,
    framework: Framework,
    locate: Locate = plain_place,
    prefix: Path = ("robustness",),
    *,
    columns: Collection[str] = (),
    baseline: bool = True,
) -> Inputs:
    """Return the uncertain inputs that a specification states.

    `columns`, `baseline`: as for `read_choices`. Errors: everything that names nothing, that is no valid setting or
    whose units of measure do not fit, all at once and each where it stands.
    """
    faults = Faults()
    choices: list[Choice] = []
    with faults.collecting():
        choices = read_choices(
            spec.vary, methodology, framework, locate, (*prefix, "vary"), columns=columns, baseline=baseline
        )
    _check_errors(spec, framework, locate, prefix, faults)
    left = _left_out(spec, framework, locate, prefix, faults)
    _check_sources(spec, framework, locate, prefix, faults)
    if spec.sensitivity is not None and not (
        spec.vary or noise_of(spec) or spec.indicator_error or left or spec.sources
    ):
        faults.add("robustness.nothing_varies", locate((*prefix, "sensitivity")))
    faults.raise_if_any()
    return Inputs(
        tuple(choices),
        noise_of(spec),
        dict(sorted(spec.indicator_error.items())),
        left,
        {code: tuple(options) for code, options in sorted(spec.sources.items())},
    )


def _check_errors(spec: RobustnessSpec, framework: Framework, locate: Locate, prefix: Path, faults: Faults) -> None:
    known = [*framework.variables, *framework.indicators]
    for code, error in spec.indicator_error.items():
        here: Path = (*prefix, "indicator_error", code)
        if code not in known:
            faults.add("robustness.unknown_error", locate(here), found=code, meant=nearest(code, known))
        if error.from_ is None:
            continue
        at = locate((*here, "from"))
        if error.from_ not in framework.variables:
            meant = nearest(error.from_, framework.variables)
            faults.add("robustness.unknown_variable", at, found=error.from_, meant=meant)
        elif code in known:
            with faults.collecting():
                factor(framework.variables[error.from_].unit_of_measure, unit_of_measure(framework, code), at)


def unit_of_measure(framework: Framework, code: str) -> str:
    """Return the unit of measure of a variable or, failing that, an indicator."""
    return (framework.variables.get(code) or framework.indicators[code]).unit_of_measure


def _left_out(
    spec: RobustnessSpec, framework: Framework, locate: Locate, prefix: Path, faults: Faults
) -> tuple[str, ...]:
    alone: dict[str, str] = {}
    for kind in framework.types or [""]:
        structure = framework.structure(kind)
        for parent, children in structure.children.items():
            if len(children) == 1 and structure.lowest(parent):
                alone[children[0]] = parent
    if isinstance(spec.leave_out, bool):
        return tuple(sorted(code for code in framework.indicators if code not in alone)) if spec.leave_out else ()
    for position, code in enumerate(spec.leave_out):
        at = locate((*prefix, "leave_out", position))
        if code not in framework.indicators:
            meant = nearest(code, framework.indicators)
            faults.add("robustness.unknown_indicator", at, found=code, meant=meant)
        elif code in alone:
            label = framework.label_of(alone[code])
            faults.add("robustness.would_empty", at, found=code, label=label)
    return tuple(sorted(set(spec.leave_out)))


def _check_sources(spec: RobustnessSpec, framework: Framework, locate: Locate, prefix: Path, faults: Faults) -> None:
    for code, options in spec.sources.items():
        here: Path = (*prefix, "sources", code)
        named = [(code, locate(here)), *((option, locate((*here, n))) for n, option in enumerate(options))]
        for name, at in named:
            if name not in framework.variables:
                meant = nearest(name, framework.variables)
                faults.add("robustness.unknown_variable", at, found=name, meant=meant)
            elif code in framework.variables:
                with faults.collecting():
                    given, wanted = framework.variables[name], framework.variables[code]
                    factor(given.unit_of_measure, wanted.unit_of_measure, at)
