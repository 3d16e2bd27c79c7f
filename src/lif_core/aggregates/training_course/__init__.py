"""The life of a training course: asked for, provided or commissioned, held, attended, evaluated
(framework §4.6, §4.7, §5.4, §5.5).

`messages` says what can be decided, `state` what a decision needs to know, `decisions` the rules.
"""

from lif_core.aggregates.training_course.decisions import decide
from lif_core.aggregates.training_course.messages import *
from lif_core.aggregates.training_course.messages import (
    CourseCommand,
    CourseCommissioned,
    CourseEvent,
    CourseProvided,
    CourseRequested,
)
from lif_core.aggregates.training_course.state import TrainingCourse as TrainingCourse
from lif_core.aggregates.training_course.state import attended as attended
from lif_core.aggregates.training_course.state import evolve as evolve
from lif_core.decisions.decider import Decider

decider: Decider[CourseCommand, CourseEvent, TrainingCourse] = Decider(
    category="training_course",
    commands=CourseCommand,
    events=CourseEvent,
    opens=(CourseRequested, CourseProvided, CourseCommissioned),
    decide=decide,
    evolve=evolve,
)
