"""Charts as SVG: axes, labels, marks and legends, and nothing of what a chart shows.

Days are whole days and counts are whole counts. What there is too much of to draw is left out,
and the text alternative and a line under the chart say so.
"""
