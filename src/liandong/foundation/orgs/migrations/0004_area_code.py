from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0003_labels'),
    ]

    operations = [
        migrations.AddField(
            model_name='county',
            name='area_code',
            field=models.CharField(blank=True, db_default='', default='', help_text='如 0571：没写区号的座机号码按这个区号查找', max_length=4, verbose_name='电话区号'),
        ),
    ]
