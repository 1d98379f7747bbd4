"""A message has an audience. A new column, empty: done in an instant. The backfill `cases.audiences` fills it
where the version before wrote and still writes; until then such a row is read by `public`.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_attachments")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="audience",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
    ]
