"""`python -m scanner_agents` is `khoso-agent`."""

import sys

from scanner_agents.cli import main

sys.exit(main())
