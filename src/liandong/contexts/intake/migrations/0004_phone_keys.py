import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0003_delivered_whole'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='phone_keys',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=django.contrib.postgres.indexes.GinIndex(fields=['phone_keys'], condition=models.Q(('phone_keys__isnull', False)), name='contact_phone_keys'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['report'], condition=models.Q(('phone_keys', None), models.Q(('phone', ''), _negated=True)), name='contact_without_keys'),
        ),
    ]
