"""The places around a point are found by an index, built beside the service."""

from django.db import migrations, models

from liandong.foundation.migrating import public as migrating


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("places", "0003_ground")]

    operations = [
        migrating.AddIndexBeside(
            "place",
            models.Index(condition=models.Q(("active", True)), fields=["lon", "lat"], name="place_around"),
        ),
    ]
