from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "liandong.foundation.places"
    label = "places"
    verbose_name = "地点"
