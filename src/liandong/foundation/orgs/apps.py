from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "liandong.foundation.orgs"
    label = "orgs"
    verbose_name = "区划与部门"
