"""How a chart is drawn: one size, a few marks, and SVG that a page can hold inline."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from xml.etree import ElementTree

import altair
import vl_convert
from attrs import frozen

from lif_adapters.report.charts.labels import clean, width

WIDTH = 760
FONT = "Arial, Helvetica, sans-serif"

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

SMALL = 11
KEY_LINE = 18

SVG = "http://www.w3.org/2000/svg"
REFERENCE = re.compile(r"url\(#([^)]+)\)")
TAKEN_OUT = ("class", "font-family", "pointer-events", "role", "style")
ElementTree.register_namespace("", SVG)

# Made once: altair checks a channel against its whole schema each time that it makes one.
X2, Y2, TEXT = altair.X2("x2:Q"), altair.Y2("y2:Q"), altair.Text("text:N")
ORDER, PART = altair.Order("order:Q"), altair.Detail("part:N")

Row: TypeAlias = Mapping[str, object]
Layer: TypeAlias = altair.Chart
Look: TypeAlias = Any
"""Properties of a mark, by the names of Vega-Lite."""


@frozen
class Drawn:
    """A chart as SVG, with its text alternative."""

    svg: str
    alt: str


@frozen(kw_only=True)
class Key:
    """One sign of a chart and what it means."""

    label: str
    shape: str = "square"
    fill: str = WHITE
    stroke: str = INK
    dash: tuple[int, ...] = ()


@frozen(kw_only=True)
class Plot:
    """The part of a chart within its axes. Marks are given in the data's own values.

    *x* and *y*: the scale and the axis of each, the same for every mark.
    """

    width: int
    height: int
    x: altair.X
    y: altair.Y

    def bars(self, rows: Sequence[Row], **look: Look) -> Layer:
        """From x to x2, and from y to y2."""
        return self._put(_marks(rows).mark_rect(**look), x2=X2, y2=Y2)

    def rules(self, rows: Sequence[Row], **look: Look) -> Layer:
        """Straight lines from (x, y) to (x2, y2)."""
        look = {"color": INK, **look}
        return self._put(_marks(rows).mark_rule(**look), x2=X2, y2=Y2)

    def points(self, rows: Sequence[Row], **look: Look) -> Layer:
        look = {"opacity": 1, "filled": False, "stroke": INK, "strokeWidth": 1.5, **look}
        return self._put(_marks(rows).mark_point(**look))

    def line(self, rows: Sequence[Row], **look: Look) -> Layer:
        """Through all of them, in their order; broken where *part* changes."""
        return self._put(_marks(rows).mark_line(**look), order=ORDER, detail=PART)

    def band(self, rows: Sequence[Row], **look: Look) -> Layer:
        """Between y and y2, along x; broken where *part* changes."""
        return self._put(_marks(rows).mark_area(**look), y2=Y2, detail=PART)

    def texts(self, rows: Sequence[Row], *, at: float | None = None, **look: Look) -> Layer:
        """Each row's *text*, at its x, or all *at* so many pixels from the left edge."""
        x = self.x if at is None else _x(at)
        return self._put(_marks(rows).mark_text(**_text(look)), x=x, text=TEXT)

    def words(self, text: str, *, x: float, y: float, **look: Look) -> Layer:
        """Words beside the data, at a place in pixels."""
        marks = _marks([{"text": text}]).mark_text(**_text(look))
        return self._put(marks, x=_x(x), y=_y(y), text=TEXT)

    def sign(self, key: Key, *, x: float, y: float) -> Layer:
        """The sign of *key*, at a place in pixels."""
        look: Look = {"shape": key.shape, "fill": key.fill, "size": 90, "strokeWidth": 1.5}
        if key.shape == "stroke":
            look |= {"fill": "none", "size": 400, "strokeWidth": 2}
        if key.dash:
            look["strokeDash"] = list(key.dash)
        marks = _marks([{}]).mark_point(opacity=1, stroke=key.stroke, **look)
        return self._put(marks, x=_x(x), y=_y(y))

    def _put(self, marks: altair.Chart, **channels: Any) -> Layer:
        layer: Layer = marks.encode(**{"x": self.x, "y": self.y, **channels})
        return layer


def _x(pixels: float) -> altair.XValue:
    return altair.XValue(pixels)  # type: ignore[no-untyped-call]


def _y(pixels: float) -> altair.YValue:
    return altair.YValue(pixels)  # type: ignore[no-untyped-call]


def _marks(rows: Sequence[Row]) -> altair.Chart:
    return altair.Chart(altair.InlineData(values=[dict(row) for row in rows]))


def _text(look: Look) -> dict[str, Any]:
    return {"align": "left", "baseline": "middle", "fontSize": 12, "color": INK, **look}


def keys(plot: Plot, signs: Iterable[Key], *, left: int, head: int) -> tuple[list[Layer], int]:
    """What the signs mean, in lines above the plot from *left* pixels beside its edge; and how
    high they stand.
    """
    places: list[tuple[Key, float, int]] = []
    x, line = 0.0, 0
    for sign in signs:
        wide = _indent(sign) + 18 + width(sign.label, SMALL)
        if x and x + wide > WIDTH - 16:
            x, line = 0.0, line + 1
        places.append((sign, x, line))
        x += wide
    height = (KEY_LINE * (line + 1) + 12 if places else 0) + head
    layers: list[Layer] = []
    for sign, x, line in places:
        at, y = 8 + x - left, KEY_LINE * line + 10 - height
        indent = _indent(sign)
        layers.append(plot.sign(sign, x=at + indent / 2 - 5, y=y))
        layers.append(plot.words(sign.label, x=at + indent, y=y + 1, fontSize=SMALL, color=GREY))
    return layers, height


def _indent(sign: Key) -> int:
    """How far from its sign's middle a label begins: a line is wider than a mark."""
    return 24 if sign.shape == "stroke" else 14


@frozen(kw_only=True)
class Margins:
    """The room beside the plot, in pixels."""

    left: int
    right: int = 16
    bottom: int = 44


def drawn(
    name: str,
    title: str,
    alt: str,
    plot: Plot,
    layers: Sequence[Layer],
    *,
    margins: Margins,
    signs: Sequence[Key] = (),
    head: int = 0,
    note: str = "",
) -> Drawn:
    """The chart; *name* keeps its ids apart from those of others on a page.

    *head* is the room between the signs and the plot, in pixels; *note* is what a reader must know
    of what is not drawn, and the text alternative ends with it.
    """
    alt = clean(f"{alt} {note}." if note else alt)
    above, height = keys(plot, signs, left=margins.left, head=head)
    below = 0
    if note:
        below = 20
        foot = plot.height + margins.bottom + 8
        layers = [
            *layers,
            plot.words(note, x=8 - margins.left, y=foot, fontSize=SMALL, color=GREY),
        ]
    chart = altair.layer(*layers, *above).properties(
        width=plot.width,
        height=plot.height,
        autosize=altair.AutoSizeParams(type="none"),
        padding={
            "left": margins.left,
            "right": margins.right,
            "top": height,
            "bottom": margins.bottom + below,
        },
    )
    spec = chart.configure(
        aria=False,
        font=FONT,
        view=altair.ViewConfig(stroke=None),
        axis=altair.AxisConfig(
            domainColor=LINE,
            gridColor=GRID,
            labelColor=GREY,
            labelFontSize=SMALL,
            labelLimit=0,
            tickColor=LINE,
            titleColor=GREY,
            titleFontSize=SMALL,
            titleFontWeight="normal",
            titleLimit=0,
        ),
    ).to_json(indent=None, validate=False)  # half of the time, for what no data can change
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return Drawn(inline(svg, name, clean(title), alt), alt)


def inline(svg: str, name: str, title: str, desc: str) -> str:
    """*svg* as an image of a page: named and described, of any width, its ids its own."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        for attribute in list(element.attrib):
            value = element.attrib[attribute]
            if attribute == "id":
                element.set("id", f"{name}-{value}")
            elif attribute in TAKEN_OUT or attribute.startswith("aria-"):
                del element.attrib[attribute]
            elif "url(#" in value:
                element.set(attribute, REFERENCE.sub(rf"url(#{name}-\1)", value))
    for attribute in ("width", "height", "version"):
        del root.attrib[attribute]
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    root.set("font-family", FONT)
    for number, (tag, text) in enumerate((("title", title), ("desc", desc))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = text
        root.insert(number, element)
    return ElementTree.tostring(root, encoding="unicode")
