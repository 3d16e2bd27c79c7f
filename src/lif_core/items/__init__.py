"""Items: what one stream has come to in one respect, folded once and shared by all views.

An item is folded from the records of its own stream, and knows no other stream and no view. A
module holds the class that is folded, the function `evolve`, which takes in one record, and
`<noun>_item`, the `Item` by which projections name it: `Duty` is what `duty_item` folds. Rows and
figures that several views take from an item stand in its module too. A function `add_<noun>` adds
rows and counts to a `Part`; a function `say_<noun>` only passes something on to other parts.
"""
