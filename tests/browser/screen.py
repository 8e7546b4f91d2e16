"""What stands on the screen of a map: colours read from pixels, its legend; and a unit chosen on it."""

import io
import time

import matplotlib.image
from playwright.sync_api import Page


def colour_at(page: Page, longitude: float, latitude: float) -> str:
    """Return the colour that is on the screen at a place of the map."""
    x, y = page.evaluate(
        """([x, y]) => {
            const point = map_units.latLngToContainerPoint([y, x]);
            const box = map_units.getContainer().getBoundingClientRect();
            return [box.x + point.x, box.y + point.y];
        }""",
        [longitude, latitude],
    )
    shot = page.screenshot(clip={"x": round(x), "y": round(y), "width": 1, "height": 1})
    red, green, blue = (matplotlib.image.imread(io.BytesIO(shot))[0, 0, :3] * 255).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def painted(page: Page, longitude: float, latitude: float, colour: str) -> None:
    """Wait until a place has a colour: the canvas is drawn in the next frame."""
    deadline = time.monotonic() + 5
    while (found := colour_at(page, longitude, latitude)) != colour:
        assert time.monotonic() < deadline, f"{found} at {longitude}, {latitude}; expected {colour}"


def legend(page: Page) -> list[tuple[str, str]]:
    """Return label and count of every entry."""
    rows = page.locator("#legend li").all()
    return [(row.locator(".label").inner_text(), row.locator(".count").inner_text()) for row in rows]


def choose(page: Page, name: str) -> None:
    """Choose a unit in the list beside the map."""
    page.locator("#ranking").get_by_role("button", name=name, exact=True).click()
