"""The pages of a board, and the log that they are of."""
