from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_refuse_changes")]
    operations = [
        migrations.AddField(model_name="entry", name="mac", field=models.BinaryField(null=True)),
    ]
