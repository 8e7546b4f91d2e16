"""What each family asks of its members is called directly, on arrays that cannot be written to."""

import re
from pathlib import Path

from tests.families.cases import everything


def test_every_family_has_its_protocol() -> None:
    """A new family fails here until it has tests of its own in one of the modules beside this one."""
    modules = Path(__file__).parent.glob("test_protocols_*.py")
    tried = {
        family
        for module in modules
        for family in re.findall(r'^@cases\("(\w+)"\)$', module.read_text(encoding="utf-8"), flags=re.M)
    }
    assert tried == set(everything())
