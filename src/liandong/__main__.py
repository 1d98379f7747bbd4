"""`python -m liandong`."""

import sys

from liandong.app.cli import main

sys.exit(main(sys.argv[1:]))
