"""Rating a closed case, and photos without what the camera wrote into them."""

import struct
import typing as t
import zlib
from io import BytesIO

import pytest

from app import engine
from app.db import transaction
from app.desk import links
from app.desk.models import Case, ServiceRating
from app.engine.models import Attachment
from app.errors import Invalid
from app.people import notifications
from app.portal import photos, pictures
from tests.company import Company
from tests.company_fixtures import As
from tests.conftest import both_databases
from tests.play import Play
from tests.portal.conftest import Holder, all_of

Give = t.Callable[..., Holder]
SECRET = b"120.15E 30.28N"


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">HH", marker, len(body) + 2) + body


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def jpeg(turned: int = 6) -> bytes:
    """The smallest thing with every segment that matters here."""
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHIHH", 0x0112, 3, 1, turned, 0) + SECRET
    parts = [
        segment(0xFFE0, b"JFIF\0\1\2"), segment(0xFFE1, exif), segment(0xFFE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
        segment(0xFFE2, b"ICC_PROFILE\0\1\1"), segment(0xFFE2, b"MPF\0" + SECRET), segment(0xFFFE, SECRET),
        segment(0xFFDB, b"\0" * 65), segment(0xFFC0, b"\x08\0\1\0\1\1\1\x11\0"), segment(0xFFDA, b"\1\1\0\0\x3f\0"),
        b"\x12\xff\x00\x34\xff\xd0\x56", b"\xff\xd9", b"hidden film " + SECRET,
    ]  # fmt: skip
    return b"\xff\xd8" + b"".join(parts)


def png() -> bytes:
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = [
        (b"IHDR", head),
        (b"eXIf", SECRET),
        (b"tEXt", b"GPS\0" + SECRET),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    ]
    return pictures.PNG + b"".join(chunk(*one) for one in parts) + SECRET


def webp() -> bytes:
    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2)

    whole = (
        b"WEBP"
        + part(b"VP8X", b"\x0c" + b"\0" * 9)
        + part(b"VP8 ", b"picture")
        + part(b"EXIF", SECRET)
        + part(b"XMP ", SECRET)
    )
    return b"RIFF" + struct.pack("<I", len(whole)) + whole + SECRET


@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_a_photo_keeps_its_picture_and_loses_what_the_camera_wrote(make: t.Callable[[], bytes]) -> None:
    clean, _suffix = pictures.cleaned(make())
    assert SECRET not in clean
    assert len(clean) > 30
    assert pictures.cleaned(clean)[0] == clean


def test_a_photo_taken_upright_stays_upright() -> None:
    clean, _suffix = pictures.cleaned(jpeg(turned=6))
    assert b"Exif\0\0MM" in clean
    assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in clean
    assert b"Exif" not in pictures.cleaned(jpeg(turned=1))[0]


@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_a_photo_cut_off_anywhere_is_refused_or_taken_but_never_a_crash(make: t.Callable[[], bytes]) -> None:
    whole = make()
    for length in range(len(whole)):
        try:
            clean, _suffix = pictures.cleaned(whole[:length])
        except Invalid:
            continue
        assert SECRET not in clean


@both_databases
def test_photos_come_to_the_case_and_only_these_are_shown_again(holder: Give, case: Case, company: Company) -> None:
    inside = engine.attach(company.person("agent"), engine.Place(case_id=case.id), "inside.png", png())
    customer = holder(links.PHOTOS)
    sent = customer.send("photos", photo=[(BytesIO(jpeg()), "IMG_1.jpg"), (BytesIO(png()), "x.png")])
    assert sent.status_code == 303, sent.text
    mine = [one for one in all_of(Attachment) if one.added_by == links.HOLDER]
    assert [(one.case_id, one.name, one.media_type) for one in mine] == [
        (case.id, "photo-1.jpg", "image/jpeg"), (case.id, "photo-2.png", "image/png"),
    ]  # fmt: skip
    shown = customer.client.get(f"{customer.address}/photos/{mine[0].key}")
    assert shown.data == pictures.cleaned(jpeg())[0]
    assert customer.client.get(f"{customer.address}/photos/{inside.key}").status_code == 404


def test_several_photos_of_which_some_are_none_keep_the_good_ones(holder: Give) -> None:
    sent = holder(links.STATUS).send("photos", photo=[(BytesIO(b"%PDF-1.4"), "paper.pdf"), (BytesIO(png()), "x.png")])
    assert sent.status_code == 422
    assert "paper.pdf: this is not a JPEG, PNG or WebP picture" in sent.text
    assert len(all_of(Attachment)) == 1


def test_no_photo_chosen_and_too_many_photos_are_said(holder: Give) -> None:
    customer = holder(links.PHOTOS)
    assert "Choose at least one photo" in customer.send("photos").text
    for _ in range(photos.MOST):
        assert customer.send("photos", photo=(BytesIO(png()), "x.png")).status_code == 303
    assert customer.send("photos", photo=(BytesIO(png()), "x.png")).status_code == 409
    assert len(all_of(Attachment)) == photos.MOST


def test_a_photo_larger_than_we_take_is_refused(holder: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_BYTES", 20)
    assert "larger than" in holder(links.PHOTOS).send("photos", photo=(BytesIO(png()), "x.png")).text


@pytest.fixture
def closed(play: Play) -> Case:
    """A case that somebody has cancelled and that is closed by that."""
    case_id = play.start("outlet_intake_repair", "agent", serial_no="EC900A100", channel="counter")
    engine.cancel_instance(play.company.person("supervisor"), play.instance("outlet_intake_repair").key, "withdrawn")
    return play.case(case_id)


@both_databases
def test_a_closed_case_is_rated_once(holder: Give, closed: Case, play: Play) -> None:
    customer = holder(links.RATING, of=closed)
    assert "Were you satisfied" in customer.open().text
    assert customer.send("rating", stars="4", comment="Quick").status_code == 303
    assert "4 of 5 stars" in customer.open().text
    again = customer.send("rating", stars="1")
    assert again.status_code == 409
    assert "rated already" in again.text
    assert [(one.case_id, one.stars, one.comment) for one in all_of(ServiceRating)] == [(closed.id, 4, "Quick")]
    assert play.case(closed.id).satisfaction == "4"


@pytest.mark.parametrize("stars", ["", "0", "6", "five"])
def test_a_rating_without_stars_is_said_beside_them(holder: Give, closed: Case, stars: str) -> None:
    answer = holder(links.RATING, of=closed).send("rating", stars=stars)
    assert answer.status_code == 422
    assert "Choose how many stars you give" in answer.text
    assert all_of(ServiceRating) == []


@both_databases
@pytest.mark.parametrize(("stars", "follows"), [("2", True), ("3", False)])
def test_a_bad_rating_is_told_to_whoever_answers_and_the_customer_is_called(
    company: Company, holder: Give, closed: Case, play: Play, stars: str, follows: bool
) -> None:
    """Catalogue 3.C2: unhappy customers are called, whoever heard of it first."""
    with transaction() as session:
        session.get(Case, closed.id).first_responder_id = company.person("agent").id
    holder(links.RATING, of=closed).send("rating", stars=stars, comment="Waited for weeks")
    play.wait(minutes=2)
    told = notifications.notifications_of(company.person("agent"))
    assert [one.template for one in told if one.case_id == closed.id] == ["desk.rating.bad"] * follows
    called = [one for one in all_of(Case) if one.process_id == "complaint_service_tracking"]
    assert [(one.parent_case_id, one.fault_description) for one in called] == [
        (closed.id, "Waited for weeks")
    ] * follows
    assert ("s020_contact" in play.open_elements()) is follows


def test_ratings_stand_on_the_page_of_the_case_of_the_customer_and_in_a_list(
    browse: As, holder: Give, closed: Case
) -> None:
    holder(links.RATING, of=closed).send("rating", stars="2", comment="Waited for weeks")
    staff = browse("administrator")
    for address in (f"/cases/{closed.case_no}", f"/desk/customers/{closed.customer_id}", "/desk/ratings?view=bad"):
        assert "Waited for weeks" in staff.get(address).text, address
    assert "Waited for weeks" not in staff.get("/desk/ratings?view=good").text
