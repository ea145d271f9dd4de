"""`python -m khoso` is `khoso`."""

import sys

from khoso.cli import main

if __name__ == "__main__":
    sys.exit(main())
