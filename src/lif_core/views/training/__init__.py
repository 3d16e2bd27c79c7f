"""How far training reached, why it was put on, and what came of it."""
