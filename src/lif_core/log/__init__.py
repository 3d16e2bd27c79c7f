"""The stored form of a log, and the port that a database fills.

Nothing here decides, and nothing makes a view: it reads and writes entries, and knows each kind of
message by its name.
"""
