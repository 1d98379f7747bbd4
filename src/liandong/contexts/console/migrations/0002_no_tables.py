"""Batches belong to the room `batches`; in the database nothing changes."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("console", "0001_batches"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="BatchItem"),
                migrations.DeleteModel(name="Batch"),
            ],
        ),
    ]
