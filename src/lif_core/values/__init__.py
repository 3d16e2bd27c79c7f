"""The values that a field of a decision may hold: references, people, texts, days, evidence.

Nothing here knows a decision, an aggregate or a log.
"""
