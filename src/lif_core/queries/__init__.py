"""The questions that a log answers: history, views, replay, differences, what was known.

Nothing here writes. How a view is made is in `projection`, which views there are in `views`.
"""
