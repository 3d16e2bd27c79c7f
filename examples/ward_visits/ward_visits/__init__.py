"""Visits of a board's members to wards: an aggregate, a view, rules, a pack and a policy."""

from importlib.resources import files

from lif_core import parse_framework
from lif_core.catalogue import Extension
from ward_visits import policy, visit
from ward_visits.view import ward_visits

PACK = "st-aldhelm.toml"

extension = Extension(
    name="ward-visits",
    edition="1.0",
    deciders=(visit.decider,),
    projections=(ward_visits,),
    rules=visit.RULES,
    packs=(parse_framework(files("ward_visits").joinpath(PACK).read_text("utf-8"), PACK),),
    policies=(policy.policy,),
)
