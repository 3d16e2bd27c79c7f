"""From a board's old register to commands: a mapping says how, nothing is guessed."""
