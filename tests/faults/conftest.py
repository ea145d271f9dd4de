"""Bad days on real servers of one's own: `make test-faults`. Slow on purpose, so never part of `make test`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
