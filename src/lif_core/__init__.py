"""The pure domain of `lif`: commands are decided, events are folded, views are computed."""
