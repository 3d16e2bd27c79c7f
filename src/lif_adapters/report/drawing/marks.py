"""Marks of a chart: bars, lines, points and words, in a few colours.

They are parts of a Vega-Lite specification, which is JSON: nothing checks it but what draws it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from attrs import frozen

# Okabe and Ito's, of which each stands out from white at 3:1, and from the others in grey too,
# or is drawn hollow. Text is at 4.5:1 or better.
INK = "#1a1a1a"
GREY = "#595959"
LINE = "#767676"
GRID = "#e4e4e4"
BLUE = "#0072b2"
VERMILION = "#d55e00"
WHITE = "#ffffff"

BAND = "#cfe3f1"

SMALL = 12
"""The size of small letters."""

Datum: TypeAlias = Mapping[str, object]
"""One mark's values, by the names of its channels."""
Channel: TypeAlias = Mapping[str, Any]
"""The way in which a value of the data is shown, by the names of Vega-Lite."""
Layer: TypeAlias = Mapping[str, Any]
"""Marks of one kind with their data."""
MarkProperties: TypeAlias = Any
"""Properties of a mark, by the names of Vega-Lite."""

X2, Y2 = {"field": "x2"}, {"field": "y2"}
TEXT = {"field": "text", "type": "nominal"}
ORDER = {"field": "order", "type": "quantitative"}
PART = {"field": "part", "type": "nominal"}


@frozen(kw_only=True)
class LegendKey:
    """A sign of a chart and what it means."""

    label: str
    shape: str = "square"
    fill: str = WHITE
    stroke: str = INK
    dash: tuple[int, ...] = ()


@frozen(kw_only=True)
class Plot:
    """The part of a chart within its axes. Marks are placed by the values of the data.

    *x* and *y*: the scale and the axis of each, the same for every mark.
    """

    width: int
    height: int
    x: Channel
    y: Channel

    def bars(self, data: Sequence[Datum], **look: MarkProperties) -> Layer:
        """Return boxes from x to x2, and from y to y2."""
        return self._layer("rect", data, look, x2=X2, y2=Y2)

    def rules(self, data: Sequence[Datum], **look: MarkProperties) -> Layer:
        """Return straight lines from (x, y) to (x2, y2)."""
        look = {"color": INK, **look}
        return self._layer("rule", data, look, x2=X2, y2=Y2)

    def points(self, data: Sequence[Datum], **look: MarkProperties) -> Layer:
        """Return a sign at each (x, y)."""
        look = {"opacity": 1, "filled": False, "stroke": INK, "strokeWidth": 1.5, **look}
        return self._layer("point", data, look)

    def line(self, data: Sequence[Datum], **look: MarkProperties) -> Layer:
        """Return a line through all of them, in their order, broken where *part* changes."""
        return self._layer("line", data, look, order=ORDER, detail=PART)

    def band(self, data: Sequence[Datum], **look: MarkProperties) -> Layer:
        """Return the area between y and y2, along x, broken where *part* changes."""
        return self._layer("area", data, look, y2=Y2, detail=PART)

    def texts(
        self, data: Sequence[Datum], *, indent: float | None = None, **look: MarkProperties
    ) -> Layer:
        """Return the *text* of each, at its x, or all by an *indent* in pixels from the left."""
        x = self.x if indent is None else _pixels(indent)
        return self._layer("text", data, _text(look), x=x, text=TEXT)

    def words(self, text: str, *, x: float, y: float, **look: MarkProperties) -> Layer:
        """Return words beside the data, at a place in pixels."""
        at = {"x": _pixels(x), "y": _pixels(y)}
        return self._layer("text", [{"text": text}], _text(look), text=TEXT, **at)

    def sign(self, key: LegendKey, *, x: float, y: float) -> Layer:
        """Return the sign of a legend's *key*, at a place in pixels."""
        look: MarkProperties = {
            "shape": key.shape,
            "fill": key.fill,
            "size": 90,
            "strokeWidth": 1.5,
        }
        if key.shape == "stroke":
            look |= {"fill": "none", "size": 400, "strokeWidth": 2}
        if key.dash:
            look["strokeDash"] = list(key.dash)
        look |= {"opacity": 1, "stroke": key.stroke}
        return self._layer("point", [{}], look, x=_pixels(x), y=_pixels(y))

    def _layer(
        self, kind: str, data: Sequence[Datum], look: MarkProperties, **channels: Channel
    ) -> Layer:
        return {
            "data": {"values": [*data]},
            "mark": {"type": kind, **look},
            "encoding": {"x": self.x, "y": self.y, **channels},
        }


def _pixels(pixels: float) -> Channel:
    return {"value": pixels}


def _text(look: MarkProperties) -> dict[str, Any]:
    return {"align": "left", "baseline": "middle", "fontSize": 12, "color": INK, **look}
