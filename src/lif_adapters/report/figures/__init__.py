"""Figures of the report, by the view that they show.

A module has the text, the chart and the tables of a figure, and a function that returns it from
the views. A chart is drawn from rows of a view alone, and none is about a person.
"""
