"""What synthetic conversations are good for: a classifier learns from them alone and is tested on real ones."""

from synthdial.utility.compare import Question, compare_utility
from synthdial.utility.corpora import MOST, read_topics
from synthdial.utility.result import Arm, Difference, Side, Utility
from synthdial.utility.run import UtilityRequest, measure_utility
from synthdial.utility.tasks import TASKS, WINDOW
from synthdial.utility.write import FORMATS, utility_bytes

__all__ = [
    "FORMATS",
    "MOST",
    "TASKS",
    "WINDOW",
    "Arm",
    "Difference",
    "Question",
    "Side",
    "Utility",
    "UtilityRequest",
    "compare_utility",
    "measure_utility",
    "read_topics",
    "utility_bytes",
]
