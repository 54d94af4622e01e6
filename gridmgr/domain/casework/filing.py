"""Filing: the condition that a case is filed under gives its time limit.

Source: GB/T 47678.8; each minor class has filing conditions, each with its own limit.
"""

from gridmgr.domain.categories import Category
from gridmgr.domain.deadlines import Limit
from gridmgr.errors import Invalid
from gridmgr.i18n import N_

OTHERS = N_("{code} is filed under one of these conditions: {conditions}.")


def limit_of(category: Category, condition: str, given: str | None = None) -> str:
    """Return the time limit, like ``4WH``, of a category under a filing condition.

    ``given`` counts only for a category that has no limit of its own.

    Raises
    ------
    Invalid
        The category has other conditions, or no limit at all and none was given.
    """
    known = category.limits_by_condition
    if condition in known:
        return str(Limit.read(known[condition]))
    if known and (condition or len(known) > 1):
        raise Invalid(
            OTHERS, code=category.code, conditions="; ".join(f"{name} ({one})" for name, one in known.items())
        )
    if known and not category.limit_value:
        return str(Limit.read(*known.values()))
    if category.limit_value:
        return str(Limit(category.limit_value, category.limit_unit))
    if not given:
        raise Invalid("{code} has no time limit in the matrix: give one like 4WH.", code=category.code)
    return str(Limit.read(given))
