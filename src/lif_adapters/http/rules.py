"""The rules over HTTP: why a command can be refused, and what to do about it."""

import attrs

from lif_adapters.http.exchange import HttpAnswer, HttpCall, json_answer


def rules(call: HttpCall) -> HttpAnswer:
    """Return the rules by which a command can be refused, each as its notice without facts."""
    call.query.refuse_others(())
    known = call.application.catalogue.rules.values()
    return json_answer({"rules": [attrs.asdict(rule.notice()) for rule in known]})
