from django.apps import AppConfig


class CategoriesConfig(AppConfig):
    name = "liandong.contexts.categories"
    label = "categories"
    verbose_name = "事项分类"
