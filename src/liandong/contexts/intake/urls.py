from django.urls import URLPattern, path

from .web import calls, contact, desk, mine, phone, pictures, proofs, report, status, where

app_name = "intake"


def _of_a_receipt(at: str, name: str) -> list[URLPattern]:
    """The page of a receipt and those below it."""
    return [
        path(at, status.receipt_page, name=name),
        path(f"{at}reply/", status.receipt_reply, name=f"{name}_reply"),
        path(f"{at}supplement/", status.receipt_supplement, name=f"{name}_supplement"),
        path(f"{at}verdict/", status.receipt_verdict, name=f"{name}_verdict"),
        path(f"{at}withdraw/", status.receipt_withdraw, name=f"{name}_withdraw"),
        path(f"{at}publish/", status.receipt_publish, name=f"{name}_publish"),
        path(f"{at}withhold/", status.receipt_withhold, name=f"{name}_withhold"),
        path(f"{at}urge/", status.receipt_urge, name=f"{name}_urge"),
        path(f"{at}photo/<slug:sha256>", status.receipt_photo, name=f"{name}_photo"),
        path(f"{at}thumb/<slug:sha256>", status.receipt_photo, {"thumb": True}, name=f"{name}_thumb"),
        path(f"{at}document/<int:document_id>", status.receipt_own_document, name=f"{name}_own_document"),
        path(f"{at}file/<int:attachment_id>", status.receipt_file, name=f"{name}_file"),
        path(f"{at}file/<int:attachment_id>/thumb", status.receipt_file, {"thumb": True}, name=f"{name}_file_thumb"),
        path(f"{at}receipt.json", status.receipt_document, name=f"{name}_document"),
    ]


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
    path("verify/ledger.pub.pem", proofs.ledger_key, name="ledger_key"),
    path("verify/verify_receipt.py", proofs.verify_script, name="verify_script"),
    path("status/", status.find_status, name="status"),
    *_of_a_receipt("r/<str:number>/<str:code>/", "receipt"),
    path("desk/mine/", mine.mine, name="mine"),
    *_of_a_receipt("desk/mine/<str:number>/", "own"),
    path("desk/register/", desk.register, name="register"),
    path("desk/register/category/", desk.category_part, name="register_category"),
    path("desk/register/place/", desk.place_part, name="register_place"),
    path("desk/register/places/", desk.places_part, name="register_places"),
    path("desk/register/near/", desk.near_part, name="register_near"),
    path("desk/phone/", phone.phone, name="phone"),
    path("desk/phone/begin/", phone.begin, name="call_begin"),
    path("desk/phone/end/", phone.end, name="call_end"),
    path("desk/phone/look-up/", phone.look_up_part, name="call_look_up"),
    path("desk/phone/case/<str:number>/", calls.caller_case, name="caller_case"),
    path("desk/callbacks/", calls.callbacks, name="callbacks"),
    path("desk/calls/", calls.log, name="calls"),
    path("desk/calls/figures/", calls.figures_part, name="call_figures"),
    path("console/case/<str:number>/contact/<int:report_id>/", contact.contact, name="contact"),
    path("console/case/<str:number>/contact/<int:report_id>/erase/", contact.erase_contact, name="erase_contact"),
    path("desk/document/<int:document_id>", desk.desk_document, name="desk_document"),
    path("desk/photo/<slug:sha256>", desk.desk_photo, name="desk_photo"),
    path("desk/thumb/<slug:sha256>", desk.desk_photo, {"thumb": True}, name="desk_thumb"),
]
