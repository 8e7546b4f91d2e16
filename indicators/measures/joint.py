"""Joint performance of carbon and pollutants as a measure: the synergy of change that a composite can use."""

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from indicators.measures.base import Array, BaseMeasure, Expression, Learned, Outputs, Parts, Setting, States
from indicators.measures.over_time import Since, before, finite, formulas_since, level_of, without_earlier
from indicators.spec import Number, Path, Whole, refuse
from indicators.synergy.joint import best_productivities, joint_efficiency, joint_reduction, progress_beyond


class JointPerformance(BaseMeasure):
    """What carbon and every pollutant reach together: min over the emissions j of three things.

    joint_reduction = min r_j with r = 1 − E/E₀, the smallest relative reduction;
    joint_efficiency = min (Y/E_j) / max(Y/E_j), the smallest share of the best output per emission of the same year;
    joint_progress = min (r_j − median of r_j over the peers), peers being the units with the nearest starting
    intensity E₀/Y₀ by the quotient of the two. With `activity` Y there are all three, without it the reduction alone.
    A falling emission cannot make up for a rising one.
    """

    source: ClassVar[str] = "this project's definition (city-synergy 0.1): the least of the single-emission figures"
    states: ClassVar[tuple[str, ...]] = ("state", "efficiency_state", "progress_state")

    method: Literal["joint_performance"] = "joint_performance"
    carbon: Expression
    """Formula of the carbon emission."""
    pollutants: Annotated[list[Expression], Field(min_length=1)]
    """Formulas of the pollutant emissions."""
    output: Literal[
        "joint_reduction", "joint_efficiency", "joint_progress", "state", "efficiency_state", "progress_state"
    ]
    """Which output the indicator takes; all but `joint_reduction` and `state` need `activity`; states are listed, not
    scored."""
    activity: Expression | None = None
    """Formula of the output that emissions are set against, such as gross domestic product at constant prices."""
    since: Since = "baseline"
    """What each year is compared with."""
    peers: Annotated[Whole, Field(ge=1)] = 10
    """Number of peers; all that start as near as the last one count as well."""
    least_peers: Annotated[Whole, Field(ge=1)] = 3
    """With fewer peers there is no progress."""
    within: Annotated[Number, Field(ge=1)] | None = None
    """Factor by which the starting intensity of a peer may differ at most; any when absent."""

    @model_validator(mode="after")
    def _complete(self) -> "JointPerformance":
        if len({self.carbon, *self.pollutants}) <= len(self.pollutants):
            raise refuse("measures.named_twice")
        if self.least_peers > self.peers:
            raise refuse("measures.least_above_peers", least=self.least_peers, peers=self.peers)
        if self.output not in self.listed:
            raise refuse("measures.output_needs", found=self.output, needed="activity")
        return self

    @property
    def listed(self) -> tuple[str, ...]:
        """The outputs for which everything is stated."""
        return super().listed if self.activity is not None else ("joint_reduction", "state")

    @property
    def _emissions(self) -> dict[str, str]:
        return {"carbon": self.carbon} | {f"pollutant_{at + 1}": text for at, text in enumerate(self.pollutants)}

    def formulas(self) -> dict[str, str]:
        """Return the level of every emission and of the activity, and what leads to the earlier ones."""
        levels = self._emissions | ({"activity": self.activity} if self.activity is not None else {})
        return formulas_since(levels, self.since)

    def formulas_of(self, output: str) -> dict[str, str]:
        """Return those of the year for the efficiency, else those of the emissions, and for progress the start."""
        made = self.formulas()
        if output in ("joint_efficiency", "efficiency_state"):
            return without_earlier(made)
        start = "activity" if self.since == "baseline" else "activity_before"
        kept = {start} if output in ("joint_progress", "progress_state") else set()
        return {name: text for name, text in made.items() if level_of(name) != "activity" or name in kept}

    def in_units(self) -> dict[str, str]:
        """Return the units of measure of the changes; the levels come as they are."""
        return {name: "1" for name in self.formulas() if name.endswith("_growth")}

    def keys(self) -> dict[str, Path]:
        """Return where each formula is stated."""
        found: dict[str, Path] = {}
        for name in self.formulas():
            head, _, rest = name.partition("_")
            found[name] = ("pollutants", int(rest.partition("_")[0]) - 1) if head == "pollutant" else (head,)
        return found

    def learn(self, parts: Parts, setting: Setting) -> Learned:
        """Return by year the best output per emission, and where every unit started and how far it came."""
        if self.activity is None:
            return {}
        reductions, starts = self._reductions(parts), self._starts(parts, setting)
        levels = np.stack([parts[name] for name in self._emissions], axis=-1)
        found: Learned = {}
        for year in setting.scored:
            at = setting.years.index(year)
            best = best_productivities(parts["activity"][:, at], levels[:, at])
            peers: dict[str, dict[str, list[float]]] = {}
            for name in self._emissions:
                start, reduction = starts[name][:, at], reductions[name][:, at]
                usable = np.flatnonzero(np.isfinite(reduction) & np.isfinite(start) & (start > 0))
                pairs = zip(usable, start[usable].tolist(), reduction[usable].tolist(), strict=True)
                peers[name] = {setting.units[row]: [began, fell] for row, began, fell in pairs}
            found[f"year:{year}"] = {
                "best": dict(zip(self._emissions, best.tolist(), strict=True)),
                "peers": {name: dict(sorted(held.items())) for name, held in peers.items()},
            }
        return found

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return the three figures with their states; efficiency and progress in the scored years."""
        reductions = self._reductions(parts)
        reached, state = self._reduction(parts, reductions, setting)
        out: Outputs = {"joint_reduction": reached, "state": state}
        if self.activity is None:
            return out
        starts = self._starts(parts, setting)
        levels = np.stack([parts[name] for name in self._emissions], axis=-1)
        shape = reached.shape
        out |= {"joint_efficiency": np.full(shape, np.nan), "joint_progress": np.full(shape, np.nan)}
        out |= {name: np.full(shape, "", dtype="<U20") for name in self.states[1:]}
        for year in setting.scored:
            at, scope = setting.years.index(year), learned[f"year:{year}"]
            best = [float(scope["best"][name]) for name in self._emissions]
            efficient = joint_efficiency(parts["activity"][:, at], levels[:, at], best)
            out["joint_efficiency"][:, at] = efficient.value
            out["efficiency_state"][:, at] = np.where(efficient.state == "missing", "", efficient.state)
            ahead = {
                name: self._ahead(reductions[name][:, at], starts[name][:, at], scope["peers"][name], setting.units)
                for name in self._emissions
            }
            began = before(parts, "activity", parts["activity"], setting, self.since)[:, at]
            value, said = _progress(ahead, began, np.stack([starts[name][:, at] for name in ahead]), state[:, at])
            out["joint_progress"][:, at], out["progress_state"][:, at] = value, said
        return out

    def _reductions(self, parts: Parts) -> dict[str, Array]:
        """Return every relative reduction; NaN where the level of either end is missing."""
        return {
            name: np.where(np.isfinite(parts[name]), -parts[f"{name}_growth"] + 0.0, np.nan) for name in self._emissions
        }

    def _starts(self, parts: Parts, setting: Setting) -> dict[str, Array]:
        """Return every emission over the activity at the earlier end."""
        activity = before(parts, "activity", parts["activity"], setting, self.since)
        with np.errstate(all="ignore"):
            return {
                name: finite(before(parts, name, parts[name], setting, self.since) / activity)
                for name in self._emissions
            }

    def _reduction(self, parts: Parts, reductions: dict[str, Array], setting: Setting) -> tuple[Array, States]:
        first = np.stack([before(parts, name, parts[name], setting, self.since) for name in reductions], axis=-1)
        level = np.stack([parts[name] for name in reductions], axis=-1)
        reduction = np.stack(list(reductions.values()), axis=-1)
        with np.errstate(all="ignore"):
            too_large = ~np.isfinite(reduction) & np.isinf(level / np.where(first > 0, first, np.nan))
        # relative to 0 or to a negative level a change says nothing
        negative, zero = np.isfinite(level) & (first < 0), np.isfinite(level) & (first == 0)
        told = np.isfinite(reduction) | too_large | negative | zero
        made = joint_reduction(np.where(negative | zero, np.nan, reduction))
        state = np.select(
            [~told.all(axis=-1), negative.any(axis=-1), zero.any(axis=-1), too_large.any(axis=-1)],
            ["", "negative", "zero_base", "too_large"],
            made.state,
        )
        return made.value, state.astype(np.str_)

    def _ahead(
        self, reduction: Array, start: Array, held: dict[str, Any], units: tuple[str, ...]
    ) -> tuple[Array, NDArray[np.bool_]]:
        """Return the progress beyond the peers by one emission, and where there are too few of them."""
        place = {code: at for at, code in enumerate(held)}
        pairs = np.array(list(held.values()), dtype=float).reshape(-1, 2)
        own = [place.get(code, -1) for code in units]
        made = progress_beyond(
            reduction, start, pairs[:, 1], pairs[:, 0], own,
            peers=self.peers, least=self.least_peers, within=self.within,
        )  # fmt: skip
        return made.value, made.state == "too_few_peers"


def _progress(
    ahead: dict[str, tuple[Array, NDArray[np.bool_]]], activity: Array, starts: Array, reduced: States
) -> tuple[Array, States]:
    """Return the least progress with its state; `reduced` is the state of the reduction, which comes first."""
    values = np.stack([value for value, _ in ahead.values()], axis=-1)
    few = np.logical_or.reduce([few for _, few in ahead.values()])
    made = joint_reduction(values)
    said = np.select(
        [made.state == name for name in ("all_reduced", "some_reduced", "none_reduced")],
        ["all_ahead", "some_ahead", "none_ahead"],
        "too_large",
    )
    # why the reduction is undefined comes first, then what the starting intensity lacks
    state = np.where(few, "too_few_peers", said)
    state = np.where(~np.isfinite(activity) | ~np.isfinite(starts).all(axis=0), "no_start", state)
    state = np.where(activity == 0, "zero_activity_base", np.where(activity < 0, "negative", state))
    state = np.where(np.isin(reduced, ("", "negative", "zero_base", "too_large")), reduced, state)
    defined = np.isin(state, ("all_ahead", "some_ahead", "none_ahead"))
    return np.where(defined, made.value, np.nan), state.astype(np.str_)
