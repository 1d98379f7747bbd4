"""When the newest attempt was: who mistyped a password waits from then on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0004_absence")]

    operations = [migrations.AddField("ratewindow", "last_at", models.DateTimeField(null=True))]
