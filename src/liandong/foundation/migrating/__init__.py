"""Parts of migrations, so that they run beside the version before."""
