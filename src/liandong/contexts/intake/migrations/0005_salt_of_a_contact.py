"""A contact's own salt goes with the contact. A new column, empty: done in an instant."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_phone_keys")]

    operations = [
        migrations.AddField(model_name="contact", name="salt", field=models.BinaryField(max_length=32, null=True))
    ]
