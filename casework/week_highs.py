"""HiGHS as the week's plan uses it: exact, the same every time, and silent. Imported only where a plan is made."""

from __future__ import annotations

from typing import Any

SPARE = 0.5  # goals are whole numbers, so less than one to spare is a proof
OPTIONS = (
    ("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0), ("mip_abs_gap", SPARE),
)  # fmt: skip


def solver() -> Any:
    """Give a new solver without columns or rows.

    HiGHS writes its name and licence to the terminal as soon as callbacks are enabled, which its constructor does;
    so output is turned off just before. No stream is redirected, so what other threads print is not touched.
    """
    import highspy

    class Silent(highspy.Highs):
        def enableCallbacks(self) -> None:
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    made = Silent()
    for name, value in OPTIONS:
        made.setOptionValue(name, value)
    return made


def solved(highs: Any) -> float:
    """Solve and give the value of the goal. Raises ArithmeticError if no optimum was proven."""
    import highspy

    highs.run()
    status = highs.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise ArithmeticError(f"The plan was not solved: {status}")
    value: float = highs.getInfo().objective_function_value
    return value
