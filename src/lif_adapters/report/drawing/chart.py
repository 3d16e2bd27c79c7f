"""A chart: its layers with a legend above and a note below, of one width, as SVG for a page."""

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

import msgspec
import vl_convert
from attrs import frozen

from lif_adapters.report.drawing.labels import clean, width
from lif_adapters.report.drawing.marks import GREY, GRID, LINE, SMALL, Layer, LegendKey, Plot
from lif_adapters.report.model import Drawing

WIDTH = 680
"""The pixels of a chart's width: its letters are of 9 points on a page of A4."""
FONT = "Arial, Helvetica, sans-serif"
LEGEND_LINE = 18
CONFIG = {
    "aria": False,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "domainColor": LINE,
        "gridColor": GRID,
        "labelColor": GREY,
        "labelFontSize": SMALL,
        "labelLimit": 0,
        "tickColor": LINE,
        "titleColor": GREY,
        "titleFontSize": SMALL,
        "titleFontWeight": "normal",
        "titleLimit": 0,
    },
}

SVG = "http://www.w3.org/2000/svg"
REFERENCE = re.compile(r"url\(#([^)]+)\)")
REMOVED = ("class", "font-family", "pointer-events", "role", "style")
ElementTree.register_namespace("", SVG)


@frozen(kw_only=True)
class Margins:
    """The room beside the plot, in pixels."""

    left: int
    right: int = 16
    bottom: int = 44


def draw(
    name: str,
    title: str,
    alt: str,
    plot: Plot,
    layers: Sequence[Layer],
    *,
    margins: Margins,
    keys: Sequence[LegendKey] = (),
    head: int = 0,
    note: str = "",
) -> Drawing:
    """Return the chart; *name* keeps its ids apart from those of other charts on a page.

    *head* is the room between the legend and the plot, in pixels; *note* is what a reader must
    know about what is not drawn, and the text alternative ends with it.
    """
    alt = clean(f"{alt} {note}." if note else alt)
    legend, height = _legend(plot, keys, left=margins.left, head=head)
    below = 0
    if note:
        below = 20
        foot = plot.height + margins.bottom + 8
        layers = [
            *layers,
            plot.words(note, x=8 - margins.left, y=foot, fontSize=SMALL, color=GREY),
        ]
    spec = {
        "config": CONFIG,
        "layer": [*layers, *legend],
        "width": plot.width,
        "height": plot.height,
        "autosize": {"type": "none"},
        "padding": {
            "left": margins.left,
            "right": margins.right,
            "top": height,
            "bottom": margins.bottom + below,
        },
    }
    text = msgspec.json.encode(spec).decode()
    svg = vl_convert.vegalite_to_svg(text, allowed_base_urls=[])
    return Drawing(_inline(svg, name, clean(title), alt), alt)


def _legend(
    plot: Plot, keys: Iterable[LegendKey], *, left: int, head: int
) -> tuple[list[Layer], int]:
    """Return what the signs mean, in lines above the plot, and the height of it all.

    The lines begin *left* pixels beside the plot's edge.
    """
    places: list[tuple[LegendKey, float, int]] = []
    x, line = 0.0, 0
    for key in keys:
        room = _indent(key) + 18 + width(key.label, SMALL)
        if x and x + room > WIDTH - 16:
            x, line = 0.0, line + 1
        places.append((key, x, line))
        x += room
    height = (LEGEND_LINE * (line + 1) + 12 if places else 0) + head
    layers: list[Layer] = []
    for key, x, line in places:
        begin, y = 8 + x - left, LEGEND_LINE * line + 10 - height
        indent = _indent(key)
        layers.append(plot.sign(key, x=begin + indent / 2 - 5, y=y))
        layers.append(plot.words(key.label, x=begin + indent, y=y + 1, fontSize=SMALL, color=GREY))
    return layers, height


def _indent(key: LegendKey) -> int:
    """Return how far from its sign's middle a label begins: a line is wider than a mark."""
    return 24 if key.shape == "stroke" else 14


def _inline(svg: str, name: str, title: str, desc: str) -> str:
    """Return *svg* as an image of a page: named and described, of any width, its ids its own."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        for attribute in list(element.attrib):
            value = element.attrib[attribute]
            if attribute == "id":
                element.set("id", f"{name}-{value}")
            elif attribute in REMOVED or attribute.startswith("aria-"):
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
