"""Regressions of a score or another quantity: one coefficient for all places beside coefficients that vary."""

from collections.abc import Iterator
from contextlib import contextmanager

from evaluate.spatial.bandwidths import as_stated, within_smallest
from evaluate.spatial.regression.forms import COEFFICIENTS, FIT, FORMS, MODELS, TERMS
from evaluate.spatial.regression.models import fit_model
from evaluate.spatial.regression.outcomes import Outcome, Row
from evaluate.spatial.regression.samples import Sample, samples_of
from evaluate.spatial.setting import Found, Setting
from indicators.errors import Fault, Faults, InputError
from indicators.spec import Locate
from indicators.texts import both, joined

__all__ = ["FORMS", "found"]


def found(setting: Setting) -> Found:
    """Return the tables of every regression that the assessment asks for; nothing where it asks for none.

    Raises:
        InputError: too few units, columns that explain nothing, no bandwidth that determines every place.
    """
    warnings: list[Fault] = []
    outcomes: list[Outcome] = []
    for at, spec in enumerate(setting.spec.regression):
        held = [sample for _, sample in samples_of(setting, at, spec)]
        warnings += [one for one in held if isinstance(one, Fault)]
        samples = [one for one in held if isinstance(one, Sample)]
        for sample in samples:
            wanted = [model for model in spec.models if (model == "gtwr") == sample.several]
            # one coefficient for all years, for the model over all years to be held against
            wanted = ["ols", *wanted] if sample.several else wanted
            with _located(sample, _sizes(sample, samples, setting), setting.place):
                made = [fit_model(model, sample, setting) for model in wanted]
            _compare(made)
            warnings += _warnings(sample, made, setting)
            outcomes += made
    if not setting.spec.regression:
        return Found()
    tables = {
        MODELS.name: MODELS.frame(one.model for one in outcomes),
        TERMS.name: TERMS.frame(row for one in outcomes for row in one.terms),
        COEFFICIENTS.name: COEFFICIENTS.frame(row for one in outcomes for row in one.coefficients),
        FIT.name: FIT.frame(row for one in outcomes for row in one.fits),
    }
    return Found(tables, tuple(warnings))


_OF_BANDWIDTH = ("regression.bandwidth_of_units", "regression.no_reach", "regression.singular")


def _sizes(sample: Sample, samples: list[Sample], setting: Setting) -> list[tuple[int, object]]:
    """Return the rows and label of every type that is looked at over the same years."""
    label = setting.scores.framework.label_of
    return [(one.design.n, label(one.kind) if one.kind else "") for one in samples if one.several == sample.several]


@contextmanager
def _located(sample: Sample, sizes: list[tuple[int, object]], place: Locate) -> Iterator[None]:
    """Give faults of the arithmetic, which knows no files, the key of the regression by which they can be mended."""
    bandwidth = (*sample.keys, "bandwidth") if sample.spec.bandwidth is not None else sample.keys
    try:
        yield
    except InputError as error:
        faults = Faults()
        for one in error.faults:
            at = place(bandwidth if one.text_key in _OF_BANDWIDTH else sample.keys)
            values = as_stated(one.values, sample.spec.adaptive)
            if one.text_key == "regression.bandwidth_of_units":
                values = within_smallest(values, sizes)
            faults.add(one.text_key, one.place if one.place.key else at, **values)
        raise InputError(faults) from None


def _compare(outcomes: list[Outcome]) -> None:
    """Write into the rows of models how far each is from the best on the same rows."""
    from geo.regression.models import compare

    held = [one for one in outcomes if one.compared is not None]
    if len(held) > 1:
        for row in compare([one.compared for one in held]):
            # without any weight of time gtwr is gwr
            model = next(one.model for one in held if row.model in (one.model["model"], one.model["model"][:1] + "wr"))
            model |= {"difference": row.difference, "akaike_weight": row.weight}


def _warnings(sample: Sample, outcomes: list[Outcome], setting: Setting) -> Iterator[Fault]:
    """Give what is worth knowing of a regression."""
    from geo.regression import label

    called, at = {"regression": sample.spec.called}, setting.place(sample.keys)
    if "few_units" in sample.forced:
        yield Fault("local_regression.forced_few", called | {"n": sample.design.n}, at)
    if "many_units" in sample.forced:
        yield Fault("local_regression.forced_many", called | {"n": sample.design.n}, at)
    if sample.design.made_of:
        yield Fault("local_regression.forced_made_of", called | {"variables": ", ".join(sample.design.made_of)}, at)
    for one in outcomes:
        told = called | {"model": label(one.model["model"])}
        share = one.model.get("collinear_share") or 0
        if share > 0:
            yield Fault("local_regression.collinear", told | {"share": f"{100 * share:.0f}"}, at)
        if one.model["state"] != "defined":
            yield Fault("local_regression.model_state", told | {"state": label(one.model["state"])}, at)
    for key in ("islands", "neighbours_lost"):
        held = [one for one in outcomes if key in one.alone]
        if held:  # lag and error rest on the same rows and the same rule
            units, rule = held[0].alone[key], held[0].model["neighbours"]
            counted = joined(
                both(f"local_regression.alone_{_counted(one.model)}", model=label(one.model["model"])) for one in held
            )
            values = {"rule": rule, "count": len(units), "units": setting.named(units), "counted": counted}
            yield Fault(f"local_regression.{key}", called | values, at)


def _counted(model: Row) -> str:
    """Return as what a unit without a neighbour counts in a spatial model: 0 is the mean of a standardised target."""
    return "error" if model["model"] == "error" else "mean" if model["standardised"] else "zero"
