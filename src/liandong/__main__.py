"""`python -m liandong`."""

import sys

from liandong.cli.manage import main

sys.exit(main(sys.argv[1:]))
