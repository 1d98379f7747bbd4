"""Salts, so that the ledger can bind what rows hold and forget it again. New columns, empty: done in an instant."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_lists_after_a_burst")]

    operations = [
        migrations.AddField(model_name=name, name="salt", field=models.BinaryField(max_length=16, null=True))
        for name in ("case", "publication", "message", "handover")
    ]
