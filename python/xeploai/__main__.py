"""``python -m xeploai``: the command line."""

import sys

from xeploai.cli import main

if __name__ == "__main__":
    sys.exit(main())
