"""Changes in emissions shared out among the drivers that a framework declares (LMDI-I); no score rests on them."""

from evaluate.decomposed.analysis import Decomposed, decompose
from evaluate.decomposed.identity import emission_label

__all__ = ["Decomposed", "decompose", "emission_label"]
