from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_kinds_without_choices")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="about",
            field=models.CharField(db_default="case", default="case", max_length=20),
        ),
        migrations.AddField(model_name="notification", name="about_id", field=models.BigIntegerField(null=True)),
    ]
