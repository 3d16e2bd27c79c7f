"""The lives that decisions are about, one room each, and who answers for what after mergers."""
