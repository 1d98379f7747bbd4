"""The table that 0017 dropped: a county that goes back to the version before needs it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0024_messages_of_before"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recomputation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordered_at", models.DateTimeField()),
                ("done_until", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "cases_recomputation"},
        ),
    ]
