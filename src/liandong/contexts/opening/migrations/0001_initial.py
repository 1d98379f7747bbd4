"""Files that an administrator brings in by the page."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('what', models.CharField(max_length=16)),
                ('options', models.JSONField(default=dict)),
                ('file_name', models.CharField(max_length=120)),
                ('size', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(default='checking', max_length=10)),
                ('is_open', models.BooleanField(default=True, null=True)),
                ('counts', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('staff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'opening_upload',
                'indexes': [models.Index(fields=['-created_at'], name='upload_newest')],
                'constraints': [models.UniqueConstraint(fields=('is_open',), name='upload_one_open')],
            },
        ),
    ]
