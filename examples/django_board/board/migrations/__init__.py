"""The tables of the system, but for those of the log, which makes its own."""
