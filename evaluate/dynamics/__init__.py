"""How the scores move over the years, and how top-level dimensions are coordinated: shown beside the composite."""

from evaluate.dynamics.analysis import Dynamics, dynamics_of
from evaluate.dynamics.coordination import coordination_of

__all__ = ["Dynamics", "coordination_of", "dynamics_of"]
