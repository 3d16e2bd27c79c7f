"""The life of an audit: planned on a basis, carried out, concluded, its learning taken up.

`messages` says what can be decided, `state` what a decision needs to know, `decisions` the rules.
"""

from lif_core.aggregates.audit.decisions import decide
from lif_core.aggregates.audit.messages import *
from lif_core.aggregates.audit.messages import AuditCommand, AuditEvent, AuditPlanned
from lif_core.aggregates.audit.state import Audit as Audit
from lif_core.aggregates.audit.state import evolve as evolve
from lif_core.decisions.decider import Decider

decider: Decider[AuditCommand, AuditEvent, Audit] = Decider(
    category="audit",
    commands=AuditCommand,
    events=AuditEvent,
    opens=(AuditPlanned,),
    decide=decide,
    evolve=evolve,
)
