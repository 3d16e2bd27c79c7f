"""Figures of the report, by the view that they show: a module has a figure's text, chart, tables.

Each has a function from the views to the figure. A chart is a function from rows of a view, and
none is about a person.
"""
