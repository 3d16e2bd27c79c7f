"""The charts of a report: each a function from rows of the views to SVG and its words.

Days are whole days, counts are whole counts, and no chart is about a person. What there is too
much of to draw is left out, and the text alternative and a line under the chart say so.
"""

from lif_adapters.report.charts.cycle import funnel
from lif_adapters.report.charts.drawing import Drawn
from lif_adapters.report.charts.exposure import overdue_exposure
from lif_adapters.report.charts.indicators import xmr_chart
from lif_adapters.report.charts.lasting import few, survival_curve
from lif_adapters.report.charts.ownership import ownership_timeline
from lif_adapters.report.charts.reach import training_reach
from lif_adapters.report.charts.responses import response_matrix

__all__ = [
    "Drawn",
    "few",
    "funnel",
    "overdue_exposure",
    "ownership_timeline",
    "response_matrix",
    "survival_curve",
    "training_reach",
    "xmr_chart",
]
