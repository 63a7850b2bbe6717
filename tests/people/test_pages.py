"""The pages about people: who may open them, and what they do. CSRF is on, as in the product."""

import html
import re

import pytest
import sqlalchemy as sa

from app.db import db
from app.people import SYSTEM, load_person, substitutes_for
from app.people.absence import absences
from app.people.accounts import set_active, set_permissions, update_user
from app.people.audit import AuditEntry
from app.people.models import User
from app.people.queries import memberships, roles, sessions_of, user_page
from app.people.signin import sign_in
from app.people.tokens import create_token, person_of_token, tokens_of
from app.people.units import unit_tree
from tests.people.cast import HERE, PASSWORD

EVERYBODY = ("agent", "colleague", "supervisor", "owner", "administrator", "stranger")
OTHERS = tuple(name for name in EVERYBODY if name != "administrator")
OWN_PAGES = ("/account",)
ADMIN_PAGES = (
    "/admin/users",
    "/admin/users?q=li",
    "/admin/users/new",
    "/admin/users/agent",
    "/admin/roles",
    "/admin/roles/repair_receptionist",
    "/admin/roles/packer",
    "/admin/units",
    "/admin/units/HZ1",
    "/admin/units/FA",
)
ADMIN_POSTS = (
    "/admin/users/new",
    "/admin/users/agent/profile",
    "/admin/users/agent/permissions",
    "/admin/users/agent/active",
    "/admin/users/agent/password",
    "/admin/users/agent/unlock",
    "/admin/users/agent/sessions/end",
    "/admin/users/agent/memberships",
    "/admin/users/agent/memberships/1/remove",
    "/admin/users/agent/tokens/1/revoke",
    "/admin/users/agent/absence",
    "/admin/users/agent/absence/1/cancel",
    "/admin/roles",
    "/admin/roles/packer",
    "/admin/units",
    "/admin/units/HZ1",
)


def token_of(page) -> str:
    return html.unescape(re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1])


def post(browser, address, page="/account", **fields):
    fields["csrf_token"] = token_of(browser.get(page))
    return browser.post(address, data=fields)


@pytest.fixture
def admin(cast):
    browser = cast.browser("administrator")

    def send(address, **fields):
        return post(browser, address, **fields)

    send.browser = browser
    return send


@pytest.mark.parametrize("address", OWN_PAGES + ADMIN_PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_in_both_languages_without_a_bare_code(cast, address, language):
    answer = cast.browser("administrator", language=language).get(address)
    assert answer.status_code == 200
    assert f'<html class="fl-root" lang="{ {"zh": "zh-CN", "en": "en"}[language] }">' in answer.text
    assert not re.search(r"people\.[a-z_]+\b(?!/)", re.sub(r'"[^"]*"', "", answer.text))


@pytest.mark.parametrize("address", OWN_PAGES + ADMIN_PAGES)
def test_nobody_sees_a_page_without_signing_in_and_comes_back_to_it_after(cast, address):
    browser = cast.browser(None)
    answer = browser.get(address)
    assert answer.status_code == 303
    page = browser.get(answer.location)
    fields = {"csrf_token": token_of(page), "username": "administrator", "password": PASSWORD}
    fields["next"] = html.unescape(re.search(r'name="next" value="([^"]+)"', page.text)[1])
    assert browser.post("/sign-in", data=fields).location == address


@pytest.mark.parametrize("who", OTHERS)
def test_administrator_pages_are_refused_to_everybody_else(cast, who):
    browser = cast.browser(who)
    assert [browser.get(address).status_code for address in ADMIN_PAGES] == [403] * len(ADMIN_PAGES)


@pytest.mark.parametrize("who", OTHERS)
def test_administrator_acts_are_refused_to_everybody_else_and_leave_no_trace(cast, who):
    browser = cast.browser(who)
    entries = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    for address in ADMIN_POSTS:
        fields = {
            "username": "intruder",
            "code": "X",
            "kind": "outlet",
            "id": "intruder",
            "password": "a long password",
        }
        assert post(browser, address, **fields).status_code == 403, address
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == entries


@pytest.mark.parametrize("address", [*ADMIN_POSTS, "/account/password", "/account/tokens", "/sign-out", "/sign-in"])
def test_a_form_without_csrf_token_is_refused(cast, address):
    assert cast.browser("administrator").post(address, data={}).status_code == 400


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_has_an_own_account_page(cast, who):
    assert cast.browser(who).get("/account").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [("/admin/users/nobody", 404), ("/admin/roles/nothing", 404), ("/admin/units/NOWHERE", 404)],
)
def test_what_does_not_exist_is_not_found(cast, address, status):
    assert cast.browser("administrator").get(address).status_code == status


def test_the_person_costs_one_statement_per_request(cast, statements):
    browser = cast.browser("agent")
    statements.clear()
    browser.get("/no-such-page", headers={"Accept": "application/json"})
    assert len(statements) == 1


def test_signing_in_sets_a_new_session_behind_a_careful_cookie(cast):
    browser = cast.browser(None)
    page = browser.get("/sign-in")
    fields = {"csrf_token": token_of(page), "username": "agent", "password": PASSWORD}
    answer = browser.post("/sign-in", data=fields)
    assert answer.status_code == 303
    assert answer.location == "/"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert browser.get("/account").status_code == 200


def test_over_https_the_cookie_stays_on_https(cast):
    answer = cast.browser(None).get("/sign-in", base_url="https://firstline.test")
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_nothing_of_the_time_before_sign_in_stays_but_the_language(cast):
    browser = cast.browser(None)
    with browser.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["language"] = "zh"
    page = browser.get("/sign-in")
    before = token_of(page)
    browser.post("/sign-in", data={"csrf_token": before, "username": "agent", "password": PASSWORD})
    with browser.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["language"] == "zh"
    assert token_of(browser.get("/account")) != before


def test_a_wrong_password_says_how_often_one_may_still_try(cast):
    browser = cast.browser(None, language="zh")
    fields = {"csrf_token": token_of(browser.get("/sign-in")), "username": "agent", "password": "wrong"}
    answer = browser.post("/sign-in", data=fields)
    assert answer.status_code == 401
    assert "账号或密码不对，还可以试 4 次" in answer.text
    assert 'value="agent"' in answer.text
    assert "wrong" not in answer.text


@pytest.mark.parametrize(
    "address", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)", "evil", "\\\\evil.test"]
)
def test_the_way_back_never_leaves_the_site(cast, address):
    browser = cast.browser(None)
    page = browser.get("/sign-in", query_string={"next": address})
    fields = {"csrf_token": token_of(page), "username": "agent", "password": PASSWORD, "next": address}
    assert browser.post("/sign-in", data=fields).location == "/"


def test_who_is_signed_in_skips_the_sign_in_page(cast):
    answer = cast.browser("agent").get("/sign-in?next=/account")
    assert (answer.status_code, answer.location) == (303, "/account")


def test_signing_out_ends_the_session_for_good(cast):
    browser = cast.browser("agent")
    with browser.session_transaction() as cookie:
        stolen = dict(cookie)
    assert post(browser, "/sign-out").status_code == 303
    assert browser.get("/account").status_code == 303
    with browser.session_transaction() as cookie:
        cookie.update(stolen)
    assert browser.get("/account").status_code == 303


def test_a_fragment_asked_for_without_session_sends_the_browser_to_sign_in(cast):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/account?x=1"}
    answer = cast.browser(None).get("/account", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/account?x%3D1"


def test_an_island_without_session_gets_a_problem_and_no_page(cast):
    answer = cast.browser(None).get("/account", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (401, "people.sign_in_first")


def test_the_page_speaks_the_language_of_the_account(cast):
    update_user(SYSTEM, cast.ids["agent"], language="zh")
    assert 'lang="zh-CN"' in cast.browser("agent", language="en").get("/account").text


def test_the_own_language_can_be_changed(cast):
    browser = cast.browser("agent", language="en")
    assert post(browser, "/account/profile", language="zh", email="a@b.cn", phone="13805710000").status_code == 303
    assert 'lang="zh-CN"' in browser.get("/account").text
    assert post(browser, "/account/profile", language="zh", email="nonsense").status_code == 422


def test_changing_the_password_keeps_this_browser_and_ends_others(cast):
    browser, other = cast.browser("agent"), cast.browser("agent")
    answer = post(browser, "/account/password", old=PASSWORD, new="a much better one")
    assert answer.status_code == 303
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert sign_in("agent", "a much better one", HERE)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("wrong", "a much better one", "This is not your present password"),
        (PASSWORD, "short", "At least 10 characters, this one has 5"),
        (PASSWORD, "x" * 201, "At most 200 characters"),
    ],
)
def test_a_bad_change_of_password_says_what_is_wrong(cast, old, new, sentence):
    answer = post(cast.browser("agent"), "/account/password", old=old, new=new)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{new}"' not in answer.text
    assert sign_in("agent", PASSWORD, HERE)


def test_an_absence_is_set_in_the_companys_time_and_cancelled(cast):
    browser = cast.browser("agent")
    fields = {"starts_at": "2026-03-12T09:00", "ends_at": "2026-03-13T18:00", "substitute": "colleague"}
    assert post(browser, "/account/absence", **fields).status_code == 303
    page = browser.get("/account")
    assert "Colleague" in page.text
    (absence,) = absences(cast.ids["agent"])
    assert absence.starts_at.isoformat() == "2026-03-12T01:00:00+00:00"
    assert post(cast.browser("colleague"), f"/account/absence/{absence.id}/cancel").status_code == 403
    assert post(browser, f"/account/absence/{absence.id}/cancel").status_code == 303
    assert absences() == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"substitute": "nobody"}, "to stand in"),
        ({"starts_at": "tomorrow"}, "Give date and time"),
        ({"ends_at": "2026-03-11T09:00"}, "must lie after"),
    ],
)
def test_a_bad_absence_says_what_is_wrong(cast, changed, sentence):
    fields = {"starts_at": "2026-03-12T09:00", "ends_at": "2026-03-13T18:00", "substitute": "colleague"} | changed
    answer = post(cast.browser("agent"), "/account/absence", **fields)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.text)


def test_a_token_is_shown_once_and_works(cast):
    browser = cast.browser("supervisor")
    answer = post(browser, "/account/tokens", label="till", days="30", scope="supervisor")
    secret = re.search(r'id="token-secret">([^<]+)<', answer.text)[1]
    assert person_of_token(secret).permissions == {"supervisor"}
    assert secret not in browser.get("/account").text
    token = tokens_of(cast.ids["supervisor"])[0]
    assert post(cast.browser("agent"), f"/account/tokens/{token.id}/revoke").status_code == 404
    assert post(browser, f"/account/tokens/{token.id}/revoke").status_code == 303
    assert person_of_token(secret) is None


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"label": "", "days": "3"}, 422),
        ({"label": "a", "days": "x"}, 422),
        ({"label": "a", "days": "3", "scope": "administrator"}, 403),
    ],
)
def test_a_bad_token_is_not_made(cast, fields, status):
    assert post(cast.browser("agent"), "/account/tokens", **fields).status_code == status
    assert tokens_of(cast.ids["agent"]) == []


def test_other_browsers_can_be_signed_out(cast):
    browser, other = cast.browser("agent"), cast.browser("agent")
    post(browser, "/account/sessions/end")
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303


def test_a_user_is_created_and_can_sign_in(admin):
    fields = {"username": "New.Person", "password": "a first password", "name_zh": "新人", "permissions": "staff"}
    answer = admin("/admin/users/new", **fields)
    assert (answer.status_code, answer.location) == (303, "/admin/users/new.person")
    assert sign_in("new.person", "a first password", HERE).person.permissions == {"staff"}
    assert "新人" in admin.browser.get("/admin/users").text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"username": "agent"}, "already used"),
        ({"username": "so wrong"}, "Small letters"),
        ({"password": "short"}, "At least 10 characters"),
        ({"email": "nonsense"}, "name@company"),
        ({"phone": "nonsense"}, "Digits"),
    ],
)
def test_a_bad_user_is_not_created_and_what_was_typed_stays(admin, changed, sentence):
    fields = {"username": "new", "password": "a first password", "name_zh": "新人", "email": "", "phone": ""} | changed
    answer = admin("/admin/users/new", **fields)
    assert answer.status_code in {409, 422}
    assert sentence in html.unescape(answer.text)
    assert "新人" in answer.text
    assert "a first password" not in answer.text


def test_users_are_found_by_parts_of_what_is_known_about_them(cast, admin):
    update_user(SYSTEM, cast.ids["agent"], email="li.mei@firstline.test", phone="0571-8800 1234")
    for text in ("李", "GEN", "mei@", "8800"):
        assert [person.username for person in user_page(text).users] == ["agent"]
    assert user_page("%").users == []
    assert "Nobody found for “zzz”" in html.unescape(admin.browser.get("/admin/users?q=zzz").text)


def test_the_list_of_users_pages_by_key(cast):
    first = user_page(size=4)
    rest = user_page(size=4, after=first.after)
    assert [len(first.users), len(rest.users)] == [4, 2]
    assert rest.after is None
    assert {person.username for person in first.users + rest.users} == set(cast.ids)


def test_deactivated_users_are_listed_on_request(cast):
    set_active(SYSTEM, cast.ids["agent"], active=False)
    assert "agent" not in {person.username for person in user_page().users}
    assert "agent" in {person.username for person in user_page(inactive=True).users}


def test_a_user_is_changed_deactivated_and_activated(cast, admin):
    admin("/admin/users/agent/profile", name_zh="李小梅", name_en="Li Xiaomei", email="", phone="", language="en")
    assert cast.agent.names == {"zh": "李小梅", "en": "Li Xiaomei"}
    admin("/admin/users/agent/permissions", permissions="supervisor")
    assert cast.agent.permissions == {"supervisor"}
    admin("/admin/users/agent/active", active="0", reason="left the company")
    assert load_person(cast.ids["agent"]) is None
    entry = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "people:user:deactivated"))
    assert (entry.username, entry.subject, entry.reason) == ("administrator", "user:agent", "left the company")
    assert "deactivated" in admin.browser.get("/admin/users/agent").text
    admin("/admin/users/agent/active", active="1")
    assert cast.agent.active


def test_bad_changes_of_a_user_are_refused_with_the_reason(cast, admin):
    assert "name@company" in admin("/admin/users/agent/profile", email="nonsense").text
    assert "At least 10" in admin("/admin/users/agent/password", password="short").text
    assert admin("/admin/users/agent/permissions", permissions="king").status_code == 422


def test_the_last_administrator_stays(cast, admin):
    for address, fields in (("permissions", {"permissions": "staff"}), ("active", {"active": "0"})):
        answer = admin(f"/admin/users/administrator/{address}", **fields)
        assert answer.status_code == 409
        assert "last administrator" in answer.text
    set_permissions(SYSTEM, cast.ids["owner"], ["administrator"])
    assert admin("/admin/users/administrator/active", active="0").status_code == 303


def test_access_is_taken_and_given(cast, admin):
    browser = cast.browser("agent")
    secret = create_token(cast.agent, "till", [], days=1)
    assert sessions_of(cast.ids["agent"])
    admin("/admin/users/agent/sessions/end")
    assert browser.get("/account").status_code == 303
    admin(f"/admin/users/agent/tokens/{tokens_of(cast.ids['agent'])[0].id}/revoke")
    assert person_of_token(secret) is None
    admin("/admin/users/agent/password", password="a second password")
    assert sign_in("agent", "a second password", HERE)
    assert admin("/admin/users/agent/unlock").status_code == 303


def test_roles_are_added_to_a_user_and_removed(cast, admin):
    admin("/admin/users/stranger/memberships", role="packer", unit="FA")
    admin("/admin/users/stranger/memberships", role="packer", unit="")
    assert {row.unit for row in memberships(user_id=cast.ids["stranger"], role="packer")} == {"FA", None}
    again = admin("/admin/users/stranger/memberships", role="packer", unit="")
    assert again.status_code == 409
    for row in memberships(user_id=cast.ids["stranger"], role="packer"):
        admin(f"/admin/users/stranger/memberships/{row.id}/remove")
    assert memberships(role="packer") == []
    assert admin("/admin/users/stranger/memberships", role="king", unit="").status_code == 404


def test_an_administrator_names_a_substitute_for_somebody_who_fell_ill(cast, admin):
    fields = {"starts_at": "2026-03-11T08:00", "ends_at": "2026-03-13T18:00", "substitute": "colleague"}
    assert admin("/admin/users/agent/absence", **fields).status_code == 303
    assert [person.username for person in substitutes_for(cast.colleague)] == ["agent"]
    assert "substitute Colleague" in admin.browser.get("/admin/users/agent").text
    assert admin("/admin/users/agent/absence", **fields | {"substitute": "agent"}).status_code == 422
    (absence,) = absences(cast.ids["agent"])
    assert admin(f"/admin/users/agent/absence/{absence.id}/cancel").status_code == 303
    assert absences(cast.ids["agent"]) == []


def test_a_role_of_the_company_is_added_renamed_and_retired(admin):
    answer = admin("/admin/roles", id="drone_pilot", name_zh="飞手", name_en="", kind="I")
    assert answer.location == "/admin/roles/drone_pilot"
    assert admin("/admin/roles", id="drone_pilot", kind="I").status_code == 409
    assert admin("/admin/roles", id="Drone Pilot", kind="I").status_code == 422
    admin("/admin/roles/drone_pilot", name_zh="飞手", name_en="Drone pilot")
    found = {role.id: role for role in roles()}["drone_pilot"]
    assert (found.names["en"], found.active) == ("Drone pilot", False)
    assert "drone_pilot" not in {role.id for role in roles(active_only=True)}


def test_a_unit_is_added_changed_and_moved(admin):
    answer = admin("/admin/units", code="NB1", kind="outlet", name_zh="宁波一店", name_en="Ningbo 1", parent="ZJ")
    assert answer.location == "/admin/units/NB1"
    admin("/admin/units/NB1", kind="warehouse", name_zh="宁波仓", name_en="Ningbo store", parent="JS", active="1")
    node = unit_tree().by_code["NB1"]
    assert (node.path, node.kind, node.names["en"]) == ("/CN/E/JS/NB1/", "warehouse", "Ningbo store")


@pytest.mark.parametrize(
    ("address", "fields", "status"),
    [
        ("/admin/units", {"code": "HZ1", "kind": "outlet"}, 409),
        ("/admin/units", {"code": "H/1", "kind": "outlet"}, 422),
        ("/admin/units", {"code": "H1", "kind": "castle"}, 422),
        ("/admin/units", {"code": "H1", "kind": "outlet", "parent": "NOWHERE"}, 404),
        ("/admin/units/ZJ", {"kind": "province", "parent": "HZ1"}, 409),
        ("/admin/units/ZJ", {"kind": "province", "parent": "ZJ"}, 409),
    ],
)
def test_a_bad_unit_changes_nothing(cast, admin, address, fields, status):
    before = unit_tree().nodes
    assert admin(address, **fields).status_code == status
    assert unit_tree().nodes == before


def test_typed_text_is_never_markup(cast, admin):
    update_user(SYSTEM, cast.ids["agent"], names={"zh": "<script>alert(1)</script>"})
    for address in ("/admin/users", "/admin/users/agent", "/admin/roles/repair_receptionist"):
        assert "<script>alert" not in admin.browser.get(address).text


def test_the_hash_is_on_no_page(cast, admin):
    stored = db.session.scalar(sa.select(User.password_hash).where(User.username == "agent"))
    assert stored not in admin.browser.get("/admin/users/agent").text
