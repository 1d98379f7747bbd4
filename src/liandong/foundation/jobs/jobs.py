"""Long work of the jobs themselves: rows of an earlier version are filled beside the service."""

from . import public as jobs

jobs.work(jobs.BACKFILL, at_start=True)(jobs.backfill)
