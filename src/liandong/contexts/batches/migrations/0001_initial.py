"""Batches as another room made the tables; only the labels of their types change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('console', '0002_no_tables'),
        ('cases', '0015_rooms_of_their_own'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Batch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('action', models.CharField(max_length=24)),
                        ('parameters', models.JSONField(default=dict)),
                        ('text', models.TextField(blank=True, default='')),
                        ('state', models.CharField(choices=[('draft', '填写'), ('preview', '预览'), ('running', '办理中'), ('done', '已办理'), ('undoing', '撤销中'), ('undone', '已撤销')], default='draft', max_length=8)),
                        ('created_at', models.DateTimeField()),
                        ('confirmed_at', models.DateTimeField(null=True)),
                        ('finished_at', models.DateTimeField(null=True)),
                        ('staff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'console_batch',
                    },
                ),
                migrations.CreateModel(
                    name='BatchItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version_before', models.PositiveIntegerField()),
                        ('version_after', models.PositiveIntegerField(null=True)),
                        ('outcome', models.CharField(choices=[('waiting', '待办理'), ('done', '已办理'), ('refused', '未办理'), ('undone', '已撤销'), ('kept', '未能撤销')], default='waiting', max_length=8)),
                        ('why', models.JSONField(default=dict)),
                        ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='batches.batch')),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                    ],
                    options={
                        'db_table': 'console_batch_item',
                    },
                ),
                migrations.AddIndex(
                    model_name='batch',
                    index=models.Index(models.F('staff'), models.F('id'), name='batch_staff'),
                ),
                migrations.AddIndex(
                    model_name='batch',
                    index=models.Index(models.F('id'), condition=models.Q(('state__in', ['running', 'undoing'])), name='batch_at_work'),
                ),
                migrations.AddConstraint(
                    model_name='batchitem',
                    constraint=models.UniqueConstraint(fields=('batch', 'case'), name='batch_item_once'),
                ),
            ],
        ),
        migrations.RunSQL(
            "UPDATE django_content_type SET app_label = 'batches' WHERE app_label = 'console' AND model IN ('batch', 'batchitem')",
            "UPDATE django_content_type SET app_label = 'console' WHERE app_label = 'batches' AND model IN ('batch', 'batchitem')",
        ),
    ]
