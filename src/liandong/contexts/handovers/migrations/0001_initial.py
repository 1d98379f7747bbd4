"""Hand-overs as another room made the tables; only the labels of their types change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('cases', '0015_rooms_of_their_own'),
        ('orgs', '0004_area_code'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Handover',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('is_shift', models.BooleanField(default=False)),
                        ('text', models.TextField(blank=True)),
                        ('written_at', models.DateTimeField()),
                        ('acknowledged_at', models.DateTimeField(null=True)),
                        ('acknowledged_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('from_staff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('office', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.office')),
                        ('to_staff', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('salt', models.BinaryField(max_length=16, null=True)),
                    ],
                    options={
                        'db_table': 'cases_handover',
                    },
                ),
                migrations.CreateModel(
                    name='HandoverLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                        ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='handovers.handover')),
                        ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message')),
                    ],
                    options={
                        'db_table': 'cases_handover_line',
                    },
                ),
                migrations.AddIndex(
                    model_name='handover',
                    index=models.Index(models.F('to_staff'), condition=models.Q(('acknowledged_at', None)), name='handover_to_staff'),
                ),
                migrations.AddIndex(
                    model_name='handover',
                    index=models.Index(models.F('office'), condition=models.Q(('acknowledged_at', None), ('to_staff', None)), name='handover_to_office'),
                ),
                migrations.AddIndex(
                    model_name='handover',
                    index=models.Index(models.F('from_staff'), models.OrderBy(models.F('id'), descending=True), name='handover_written'),
                ),
                migrations.AddIndex(
                    model_name='handover',
                    index=models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('is_shift', True)), name='handover_shift'),
                ),
            ],
        ),
        migrations.RunSQL(
            "UPDATE django_content_type SET app_label = 'handovers' WHERE app_label = 'cases' AND model IN ('handover', 'handoverline')",
            "UPDATE django_content_type SET app_label = 'cases' WHERE app_label = 'handovers' AND model IN ('handover', 'handoverline')",
        ),
    ]
