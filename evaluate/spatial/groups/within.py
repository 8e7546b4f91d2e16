"""Inside a group: how far its members are apart, and how well they are coordinated."""

from collections.abc import Iterator, Sequence

import numpy as np

from evaluate.dynamics.coordination import MODELS, top_of
from evaluate.dynamics.samples import ordinal
from evaluate.forms import Form
from evaluate.spatial.groups.membership import Held
from evaluate.spatial.setting import Setting
from indicators.dynamics.inequality import dagum_gini
from indicators.structure import TOP
from indicators.synergy.coupling import coordination

WITHIN = Form(
    "group_coordination",
    {
        "set": "text", "group": "text", "type": "text", "year": "whole", "statistic": "text", "value": "number",
        "state": "text", "n": "whole", "members": "whole",
    },
)  # fmt: skip
"""`statistic`: `sigma`, `gini`, and by model `coupling`, `development`, `coordination`, `grade`; `n`: scored members.
With `group` empty the whole set: `gini` and its parts `within`, `net_between`, `transvariation`."""


def within(setting: Setting, held: Sequence[Held]) -> Iterator[dict[str, object]]:
    """Yield spread and coordination of the composites of the members of each group, by year.

    σ = standard deviation (n − 1) over mean; the Gini coefficient G = Σ|x_i − x_j| / (2n²μ); coupling C, development T
    and coordination D = √(C·T) with each member as a subsystem, U = composite/top, by the traditional and by the
    corrected model. All need two scored members or more.

    Args:
        setting: the scored panel.
        held: groups by year.

    Source: Dagum 1997; Wang Shujia et al. 2021, Journal of Natural Resources 36(3):793.
    """
    scores = setting.scores
    composite = setting.quantities.values(TOP)
    order = ordinal(scores, TOP)
    tops = {kind: top_of(scores, structure, [TOP]) for kind, structure in scores.rows.structures.items()}
    shared = next(iter(tops.values()))
    for one in held:
        seen = composite[one.members, setting.years.index(one.year)]
        seen = seen[np.isfinite(seen)]
        about = one.cells | {"n": len(seen), "members": len(one.members)}
        reason = "ordinal" if order else ("too_few" if len(seen) < 2 else "")
        mean = float(seen.mean()) if len(seen) else np.nan
        spread = float(seen.std(ddof=1)) / abs(mean) if not reason and mean != 0 else np.nan
        yield about | {"statistic": "sigma", "value": spread, "state": reason or ("defined" if mean else "zero_mean")}
        if reason:
            yield about | {"statistic": "gini", "value": np.nan, "state": reason}
        else:
            gini = dagum_gini(seen, [""] * len(seen))
            yield about | {"statistic": "gini", "value": gini.total, "state": gini.state}
        top, unbounded = tops[one.kind] if one.kind else shared
        for model in MODELS:
            if reason or unbounded:
                for name in ("coupling", "development", "coordination", "grade"):
                    state = reason or unbounded
                    yield about | {"statistic": f"{name}_{model}", "value": np.nan, "state": state}
                continue
            made = coordination(seen[None, :], model=model, top=top)
            for name in ("coupling", "development", "coordination"):
                value = float(getattr(made, name)[0])
                yield about | {"statistic": f"{name}_{model}", "value": value, "state": str(made.state[0])}
            grade = float(made.grade[0]) if made.grade[0] else np.nan
            yield about | {"statistic": f"grade_{model}", "value": grade, "state": str(made.state[0])}


def between(setting: Setting, held: Sequence[Held]) -> Iterator[dict[str, object]]:
    """Yield the Gini coefficient of the composites of a set of groups with its three parts, by year.

    Units in no group of the set are left out. Where a unit is in two groups at once there are no parts: `overlap`.

    Args:
        setting: the scored panel.
        held: groups by year.

    Source: Dagum 1997, Empirical Economics 22:515–531.
    """
    composite = setting.quantities.values(TOP)
    order = ordinal(setting.scores, TOP)
    sets: dict[tuple[str, str, int], list[Held]] = {}
    for one in held:
        sets.setdefault((one.set, one.kind, one.year), []).append(one)
    for (name, kind, year), groups in sorted(sets.items()):
        members = np.concatenate([one.members for one in groups])
        values = composite[members, setting.years.index(year)]
        n = int(np.isfinite(composite[np.unique(members), setting.years.index(year)]).sum())
        about: dict[str, object] = {"set": name, "group": "", "type": kind, "year": year, "n": n}
        about["members"] = len(np.unique(members))
        state = "ordinal" if order else ("overlap" if len(np.unique(members)) < len(members) else "")
        state = state or ("one_group" if len(groups) < 2 else ("too_few" if n < 2 else ""))
        figures = dict.fromkeys(("gini", "within", "net_between", "transvariation"), np.nan)
        if not state:
            labels = np.repeat(np.arange(len(groups)), [len(one.members) for one in groups])
            made = dagum_gini(values, labels)
            state = made.state
            figures = {
                "gini": made.total, "within": made.within, "net_between": made.net_between,
                "transvariation": made.transvariation,
            }  # fmt: skip
        for statistic, value in figures.items():
            yield about | {"statistic": statistic, "value": value, "state": state}
