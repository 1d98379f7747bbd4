from django.db import migrations, models


class Migration(migrations.Migration):
    """Null in rows of before: they are compared by their commitment and what else was kept."""

    dependencies = [("intake", "0002_calls")]

    operations = [
        migrations.AddField(
            model_name="report", name="delivered", field=models.BinaryField(max_length=32, null=True)
        ),
    ]
