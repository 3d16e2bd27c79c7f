"""The tests, and the modules that they share.

Those of the core stand as it does, a folder for a folder; what is about all of it stands above.

Who and when: `people`.
Commands and events by hand: `lives` (a command changed, the event it becomes, the decisions about
a review), `improvement_events`, `examples` (one of every event, which golden files are made of),

Boards to decide on: `board` (each call decides one command), `edge_histories` (whole histories at
the edges of what can be recorded), `policies`.
Generated histories: `histories` (a state machine that decides), `logs` (any events, corrected),
`improvement_histories` (events in the order of a life), `kit` (figures of what the kit generates).
What results are compared with: `naive_view`, `ablation` (a log without an entry),
`accountability_sums`, `reference` (pages made from the code), `structure` (figures of a checkout).
Output read back: `command_line`, `html_page`.
"""
