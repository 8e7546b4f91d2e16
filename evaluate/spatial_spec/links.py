"""A table of directed links between units."""

from indicators.spec import Spec


class LinksSpec(Spec):
    """A table of directed links between units."""
