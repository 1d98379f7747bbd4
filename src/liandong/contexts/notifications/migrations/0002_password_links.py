"""Links to new passwords go out as every other mail; written beside code that doesn't know them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AddField(
            "delivery", "is_password_link", models.BooleanField(default=False, db_default=False)
        )
    ]
