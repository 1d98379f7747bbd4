from django.urls import path

from . import web

app_name = "console"
urlpatterns = [
    path("", web.home, name="home"),
    path("square/", web.square, name="square"),
    path("tasks/", web.tasks, name="tasks"),
    path("queue/", web.queue, name="queue"),
    path("case/<str:number>/", web.case, name="case"),
    path("case/<str:number>/do/<str:action>/", web.act, name="act"),
    path("case/<str:number>/contact/<int:report_id>/", web.contact, name="contact"),
    path("case/<str:number>/contact/<int:report_id>/erase/", web.erase_contact, name="erase_contact"),
    path("case/<str:number>/process/", web.process_of, name="process"),
    path("case/<str:number>/sheet/", web.sheet, name="sheet"),
]
