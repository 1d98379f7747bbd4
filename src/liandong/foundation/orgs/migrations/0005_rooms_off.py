import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0004_area_code'),
    ]

    operations = [
        migrations.AddField(
            model_name='county',
            name='rooms_off',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, db_default=[], default=list, size=None, verbose_name='停用的功能'),
        ),
    ]
