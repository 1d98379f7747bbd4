"""When the newest attempt was: who mistyped a password waits from then on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0005_key_reads_words")]

    operations = [migrations.AddField("ratewindow", "last_at", models.DateTimeField(null=True))]
