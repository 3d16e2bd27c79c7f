"""The shape that every decision has: command and event, decider, record, correction.

What is decided, and by which rules, is in `aggregates`; how it is stored, in `log`.
"""
