"""Categories of components and matters, in the code system of 2013 and that of 2026."""

import dataclasses
from typing import Any


@dataclasses.dataclass(eq=False)
class Category:
    """A minor class (小类). ``kind`` is ``component`` or ``matter``: the two share codes.

    Source: GB/T 47678.5-2026, annexes A and C; GB/T 30428.2-2013 for ``code_2013``.
    """

    code_system: str
    kind: str
    code: str
    name: str
    name_en: str = ""
    major_code: str = ""
    major_name: str = ""
    major_name_en: str = ""
    code_2013: str = ""
    is_event: bool = False
    limit_value: float | None = None
    limit_unit: str = ""
    limits_by_condition: dict[str, str] = dataclasses.field(default_factory=dict)
    priority: str = "normal"
    chief_overlay: str = ""
    is_local: bool = False
    to_confirm: bool = False
    sources: dict[str, Any] = dataclasses.field(default_factory=dict)
    id: int | None = None
