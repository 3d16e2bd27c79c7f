"""What one stream has come to, in one respect: folded once, and shared by all views.

An item is folded from the records of its own stream, and knows no other. What several views say of
it, and how, stands beside it. It knows no view.
"""
