"""The taxonomy as another room made the tables; only the labels of their types change."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('cases', '0015_rooms_of_their_own'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='LearnedModel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('learned_at', models.DateTimeField()),
                        ('figures', models.JSONField(default=dict)),
                        ('weights', models.BinaryField(null=True)),
                    ],
                    options={
                        'db_table': 'cases_learned_model',
                    },
                ),
                migrations.CreateModel(
                    name='Category',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=12)),
                        ('version', models.PositiveIntegerField()),
                        ('current', models.BooleanField(default=True)),
                        ('parent_code', models.CharField(blank=True, max_length=12)),
                        ('zh', models.CharField(max_length=80)),
                        ('en', models.CharField(blank=True, max_length=120)),
                        ('leaf', models.BooleanField()),
                        ('owner', models.CharField(blank=True, max_length=8)),
                        ('co_owners', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, default=list, size=None)),
                        ('severity', models.PositiveSmallIntegerField(default=4)),
                        ('accept_budget', models.CharField(blank=True, max_length=12)),
                        ('finish_budget', models.CharField(blank=True, max_length=12)),
                        ('flags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, default=list, size=None)),
                        ('keywords_zh', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                        ('keywords_en', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                        ('valid_from', models.DateTimeField()),
                    ],
                    options={
                        'db_table': 'cases_category',
                        'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='category_version_once'), models.UniqueConstraint(condition=models.Q(('current', True)), fields=('code',), name='category_current_once')],
                    },
                ),
            ],
        ),
        migrations.RunSQL(
            "UPDATE django_content_type SET app_label = 'categories' WHERE app_label = 'cases' AND model IN ('category', 'learnedmodel')",
            "UPDATE django_content_type SET app_label = 'cases' WHERE app_label = 'categories' AND model IN ('category', 'learnedmodel')",
        ),
    ]
