"""How long a user waits for `city-synergy --help`.

Claim: at most 0.5 s, since nothing heavy is loaded. Peer in the same run: `import pandas`, which most programs of
this kind load before they say anything.
"""

import sys

from measuring import in_turn, process, report


def main() -> None:
    """Measure both and print the ratio."""
    start = "import sys; from indicators.launcher import entry; sys.argv[1:] = ['--help']; sys.exit(entry())"
    costs = in_turn(
        lambda: process([sys.executable, "-c", start]), lambda: process([sys.executable, "-c", "import pandas"]), 9
    )
    report("start-up", *costs, "city-synergy --help", "import pandas")


if __name__ == "__main__":
    main()
