"""Back-off: wait twice as long after each failure in a row, up to a limit, with jitter so that desks do not march in step."""

import random
from dataclasses import dataclass, field

LONGEST = 1800.0  # seconds; no wait is longer, whoever asks for it


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after failures in a row.

    Attributes:
        first: seconds after the first failure.
        most: seconds never exceeded.
        slow: seconds when a person has to mend it first.
        dice: where the jitter comes from.
    """

    first: float = 1.0
    most: float = 60.0
    slow: float = 300.0
    dice: random.Random = field(default_factory=random.SystemRandom)

    def delay(self, failures: int, *, slow: bool = False) -> float:
        """Seconds to wait: between half and all of `first · 2^(failures-1)`, bounded."""
        full = self.slow if slow else min(self.most, self.first * 2.0 ** min(failures - 1, 60))
        return min(full, LONGEST) * self.dice.uniform(0.5, 1.0)
