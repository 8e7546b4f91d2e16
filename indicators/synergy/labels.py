"""What the states and grades of the synergy measures are called in Chinese and English."""

from indicators.texts import both


def state_label(state: str) -> dict[str, str]:
    """Return the label of a state of any module of this package, a grade `coordination_1` … among them.

    >>> state_label("strong_decoupling")["zh"], state_label("coordination_10")["en"]
    ('强脱钩', 'excellent coordination')
    """
    grade = state.removeprefix("coordination_")
    return coordination_label(int(grade)) if grade != state and grade.isdecimal() else both(f"synergy.state_{state}")


def coordination_label(grade: int) -> dict[str, str]:
    """Return the label of one of the ten grades of coordination, 1 … 10; that of 0 (no grade) is empty.

    Source: Liao Chongbin 1999.

    >>> coordination_label(10)
    {'zh': '优质协调', 'en': 'excellent coordination'}
    """
    return both(f"synergy.coordination_{grade}") if grade else {"zh": "", "en": ""}


def model_label(model: str) -> dict[str, str]:
    """Return the label of a coupling model, to be shown wherever its figures are.

    >>> model_label("corrected")["zh"]
    '修正耦合协调模型（王淑佳等，2021）'
    """
    return both(f"synergy.model_{model}")
