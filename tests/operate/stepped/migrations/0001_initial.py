from importlib import import_module

Migration = import_module("liandong.foundation.jobs.migrations.0001_initial").Migration
