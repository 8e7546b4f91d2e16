"""The share of each unit that lies within overlays, such as an ecological red line, an airshed or a basin."""

from collections.abc import Mapping

from evaluate.forms import Form
from evaluate.spatial.setting import Found, Setting
from indicators.errors import Fault

OVERLAYS = Form(
    "overlays",
    {"unit": "text", "overlay": "text", "part": "text", "state": "text", "area_km2": "number", "share": "number"},
)
FORMS: tuple[Form, ...] = (OVERLAYS,)


def found(setting: Setting) -> Found:
    """Return `overlays`: each unit in each overlay and in its parts; nothing without overlays or boundaries."""
    if not setting.overlays or setting.frame is None:
        return Found()
    from geo.overlays import shares_of

    rows: list[Mapping[str, object]] = []
    warnings = []
    for position, (code, shapes) in enumerate(setting.overlays.items()):
        shares = shares_of(setting.frame, shapes)
        rows += [{"overlay": code, **dict(zip(shares.columns, row, strict=True))} for row in shares.to_numpy()]
        if len(shares) and (shares["state"] == "outside").all():
            place = setting.place(("overlays", position))
            warnings.append(Fault("overlays.elsewhere", {"found": code}, place))
    table = OVERLAYS.frame(rows).sort_values(["unit", "overlay", "part"], ignore_index=True)
    return Found({OVERLAYS.name: table}, tuple(warnings))
