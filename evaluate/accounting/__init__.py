"""Accounts of an assessment: reported activities become lines, lines become variables of the framework."""

from evaluate.accounting.checks import check_accounting
from evaluate.accounting.computing import ACCOUNTS_FILE, Accounts, accounts_of
from evaluate.accounting.factors import read_factors
from evaluate.accounting.inputs import activities_of, activity_years
from evaluate.accounting.walking import accounted_as

__all__ = [
    "ACCOUNTS_FILE",
    "Accounts",
    "accounted_as",
    "accounts_of",
    "activities_of",
    "activity_years",
    "check_accounting",
    "read_factors",
]
