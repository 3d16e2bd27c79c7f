"""Commands in, records out: batches that are decided, and recorded in one commit.

The rules of one life are in `aggregates`; those that hold for every command are in
`admission`, and those of dates in `batch`.
"""
