"""Taxonomy and hand-overs belong to the rooms `categories` and `handovers`; in the database nothing changes."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0014_picked_of_what_is_open"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="Category"),
                migrations.DeleteModel(name="LearnedModel"),
                migrations.DeleteModel(name="HandoverLine"),
                migrations.DeleteModel(name="Handover"),
            ],
        ),
    ]
