"""The system of a council."""
