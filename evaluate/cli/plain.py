"""Texts that are safe to print."""


def plainly(value: object) -> str:
    r"""Return a text without line breaks and control characters, which could disturb a terminal.

    >>> plainly("a\nb\x1b[31m")
    'a b [31m'
    """
    return "".join(c if c.isprintable() else " " for c in str(value))
