from django.urls import path

from .web import calls, desk, phone, pictures, report, status, where

app_name = "intake"
RECEIPT = "r/<str:number>/<str:code>/"
urlpatterns = [
    path("", report.home, name="home"),
    path("report/", report.report, name="report"),
    path("report/category/", report.category_part, name="report_category"),
    path("report/place/", report.place_part, name="report_place"),
    path("report/places/", where.suggest, name="report_places"),
    path("report/near/", where.near, name="report_near"),
    path("report/near.geojson", where.near_points, name="near_points"),
    path("report/photo/<str:token>/", pictures.kept_picture, name="kept_photo"),
    path("ground.geojson", where.ground, name="ground"),
    path("status/", status.find_status, name="status"),
    path(RECEIPT, status.receipt_page, name="receipt"),
    path(RECEIPT + "reply/", status.receipt_reply, name="receipt_reply"),
    path(RECEIPT + "verdict/", status.receipt_verdict, name="receipt_verdict"),
    path(RECEIPT + "withdraw/", status.receipt_withdraw, name="receipt_withdraw"),
    path(RECEIPT + "publish/", status.receipt_publish, name="receipt_publish"),
    path(RECEIPT + "withhold/", status.receipt_withhold, name="receipt_withhold"),
    path(RECEIPT + "urge/", status.receipt_urge, name="receipt_urge"),
    path(RECEIPT + "photo/<slug:sha256>", status.receipt_photo, name="receipt_photo"),
    path(RECEIPT + "thumb/<slug:sha256>", status.receipt_photo, {"thumb": True}, name="receipt_thumb"),
    path(RECEIPT + "receipt.json", status.receipt_document, name="receipt_document"),
    path("desk/register/", desk.register, name="register"),
    path("desk/register/category/", desk.category_part, name="register_category"),
    path("desk/register/place/", desk.place_part, name="register_place"),
    path("desk/register/places/", where.suggest, {"place_part": "intake:register_place"}, name="register_places"),
    path("desk/register/near/", desk.near_part, name="register_near"),
    path("desk/phone/", phone.phone, name="phone"),
    path("desk/phone/begin/", phone.begin, name="call_begin"),
    path("desk/phone/end/", phone.end, name="call_end"),
    path("desk/phone/look-up/", phone.look_up_part, name="call_look_up"),
    path("desk/phone/case/<str:number>/", calls.caller_case, name="caller_case"),
    path("desk/callbacks/", calls.callbacks, name="callbacks"),
    path("desk/calls/", calls.log, name="calls"),
    path("desk/calls/figures/", calls.figures_part, name="call_figures"),
    path("desk/photo/<slug:sha256>", desk.desk_photo, name="desk_photo"),
    path("desk/thumb/<slug:sha256>", desk.desk_photo, {"thumb": True}, name="desk_thumb"),
]
