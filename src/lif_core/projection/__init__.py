"""How a view is made, kept, saved, compared and asked for in the past.

Nothing here knows any view or any event: what belongs to one view is in `views`, what a stream
comes to is in `items`.
"""
