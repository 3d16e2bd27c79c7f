"""Policies: commands that follow from an event, or from a day, and what runs them.

Aggregates meet only here. What a policy leads to is decided in `commands`, like anything else.
"""
