"""Importers of a board's old register: a mapping says how rows become commands, no guesses."""
