"""Marks of a chart: bars, lines, points and words, in a few colours."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import altair
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

# Made once: altair checks a channel against its whole schema each time that it makes one.
X2, Y2, TEXT = altair.X2("x2:Q"), altair.Y2("y2:Q"), altair.Text("text:N")
ORDER, PART = altair.Order("order:Q"), altair.Detail("part:N")

Datum: TypeAlias = Mapping[str, object]
"""One mark's values, by the names of its channels."""
Layer: TypeAlias = altair.Chart
MarkProperties: TypeAlias = Any
"""Properties of a mark, by the names of Vega-Lite."""


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
    x: altair.X
    y: altair.Y

    def bars(self, data: Sequence[Datum], **look: MarkProperties) -> Layer:
        """Return boxes from x to x2, and from y to y2."""
        return self._layer(_chart(data).mark_rect(**look), x2=X2, y2=Y2)

    def rules(self, data: Sequence[Datum], **look: MarkProperties) -> Layer:
        """Return straight lines from (x, y) to (x2, y2)."""
        look = {"color": INK, **look}
        return self._layer(_chart(data).mark_rule(**look), x2=X2, y2=Y2)

    def points(self, data: Sequence[Datum], **look: MarkProperties) -> Layer:
        """Return a sign at each (x, y)."""
        look = {"opacity": 1, "filled": False, "stroke": INK, "strokeWidth": 1.5, **look}
        return self._layer(_chart(data).mark_point(**look))

    def line(self, data: Sequence[Datum], **look: MarkProperties) -> Layer:
        """Return a line through all of them, in their order, broken where *part* changes."""
        return self._layer(_chart(data).mark_line(**look), order=ORDER, detail=PART)

    def band(self, data: Sequence[Datum], **look: MarkProperties) -> Layer:
        """Return the area between y and y2, along x, broken where *part* changes."""
        return self._layer(_chart(data).mark_area(**look), y2=Y2, detail=PART)

    def texts(
        self, data: Sequence[Datum], *, indent: float | None = None, **look: MarkProperties
    ) -> Layer:
        """Return the *text* of each, at its x, or all by an *indent* in pixels from the left."""
        x = self.x if indent is None else _x(indent)
        return self._layer(_chart(data).mark_text(**_text(look)), x=x, text=TEXT)

    def words(self, text: str, *, x: float, y: float, **look: MarkProperties) -> Layer:
        """Return words beside the data, at a place in pixels."""
        chart = _chart([{"text": text}]).mark_text(**_text(look))
        return self._layer(chart, x=_x(x), y=_y(y), text=TEXT)

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
        chart = _chart([{}]).mark_point(opacity=1, stroke=key.stroke, **look)
        return self._layer(chart, x=_x(x), y=_y(y))

    def _layer(self, chart: altair.Chart, **channels: Any) -> Layer:
        layer: Layer = chart.encode(**{"x": self.x, "y": self.y, **channels})
        return layer


def _x(pixels: float) -> altair.XValue:
    return altair.XValue(pixels)  # type: ignore[no-untyped-call]


def _y(pixels: float) -> altair.YValue:
    return altair.YValue(pixels)  # type: ignore[no-untyped-call]


def _chart(data: Sequence[Datum]) -> altair.Chart:
    return altair.Chart(altair.InlineData(values=[dict(datum) for datum in data]))


def _text(look: MarkProperties) -> dict[str, Any]:
    return {"align": "left", "baseline": "middle", "fontSize": 12, "color": INK, **look}
