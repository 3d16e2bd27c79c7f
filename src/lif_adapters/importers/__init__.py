"""Importers of a board's old register: a map says how rows become commands, no guesses."""
