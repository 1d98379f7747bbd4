from django.urls import path

from .web import files, lacks

app_name = "opening"
urlpatterns = [
    path("", lacks.lacks, name="lacks"),
    path("files/", files.files, name="files"),
    path("files/<slug:what>/", files.file, name="file"),
    path("files/<slug:what>/header.csv", files.header, name="header"),
    path("uploads/<uuid:key>/", files.upload, name="upload"),
    path("uploads/<uuid:key>/progress/", files.progress, name="progress"),
    path("uploads/<uuid:key>/confirm/", files.confirm, name="confirm"),
    path("uploads/<uuid:key>/give-up/", files.give_up, name="give_up"),
    path("uploads/<uuid:key>/rejected.csv", files.refused_rows, name="refused_rows"),
]
