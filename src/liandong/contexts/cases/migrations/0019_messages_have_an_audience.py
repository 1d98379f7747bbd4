"""A message has an audience. A new column, empty: done in an instant. The worker fills it in (`filling.py`) where the
version before wrote and still writes; until then such a row is read by `public`.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0018_attachments")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="audience",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        AddIndexConcurrently(
            "message",
            models.Index(fields=["id"], condition=models.Q(("audience", "")), name="message_of_before"),
        ),
    ]
