"""The lives that decisions are about: a file each, or a folder by the stages of the life.

Each has its commands, its events, its rules and its state, and knows no other; what they share is
in `decisions` and `values`. `succession` says who answers for what after mergers.
"""
