"""A second implementation of the figures, which shares no code with the first.

It reads the log as `lif log --format json` writes it, and computes from that, by METRICS and the
reference, what `lif view` says. `python -m tests.recount` compares the two over random histories.
"""
