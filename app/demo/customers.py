"""The demonstration company's customers, contacts and contracts."""

import datetime as dt
import decimal
import random
import typing as t

from app.db import next_key
from app.demo.organisation import OUTLETS, SURNAMES
from app.desk.models import Contact, Customer, ServiceContract

PERSONS = 140
COMPANIES = 60

GIVEN = (
    ("建国", "Jianguo"), ("秀英", "Xiuying"), ("志强", "Zhiqiang"), ("丽华", "Lihua"), ("文博", "Wenbo"),
    ("雨桐", "Yutong"), ("子涵", "Zihan"), ("浩然", "Haoran"), ("思远", "Siyuan"), ("晓梅", "Xiaomei"),
    ("国栋", "Guodong"), ("海燕", "Haiyan"), ("俊杰", "Junjie"), ("慧敏", "Huimin"), ("立新", "Lixin"),
)  # fmt: skip
MORE_SURNAMES = (
    ("孙", "Sun"), ("周", "Zhou"), ("吴", "Wu"), ("郑", "Zheng"), ("冯", "Feng"), ("褚", "Chu"), ("卫", "Wei"),
    ("蒋", "Jiang"), ("沈", "Shen"), ("韩", "Han"), ("朱", "Zhu"), ("许", "Xu"),
)  # fmt: skip
FOREIGNERS = ("John Miller", "Emma Clarke", "Kenji Tanaka", "Sofia Rossi")
"""Every 35th person is one of them and writes in English."""
TRADES = (
    ("电力", "Power"), ("交通运输", "Transport"), ("医院", "Hospital"), ("物流", "Logistics"), ("纺织", "Textiles"),
    ("化工", "Chemicals"), ("旅行社", "Travel"), ("出租汽车", "Taxi"), ("置业", "Property"), ("食品", "Foods"),
)  # fmt: skip
CITIES = {
    "HZ1": ("杭州", "Hangzhou", "0571", ("文三路", "曙光路", "莫干山路")),
    "NB1": ("宁波", "Ningbo", "0574", ("中山西路", "柳汀街", "望京路")),
    "NJ1": ("南京", "Nanjing", "025", ("中山北路", "湖南路", "北京西路")),
    "SZ1": ("苏州", "Suzhou", "0512", ("人民路", "干将路", "十全街")),
    "GZ1": ("广州", "Guangzhou", "020", ("体育西路", "天河路", "黄埔大道")),
    "SZ2": ("深圳", "Shenzhen", "0755", ("深南大道", "福华路", "彩田路")),
}
POSITIONS = ("设备科长", "行政主管", "采购员", "总机")


def make_customers(session: t.Any, dice: random.Random, today: dt.date) -> list[Customer]:
    """Add 200 customers with their contacts, spread over the outlets' cities; companies come last."""
    since = dt.datetime.combine(today, dt.time(2, 0), dt.UTC)
    customers = []
    for number in range(PERSONS + COMPANIES):
        outlet = OUTLETS[number % len(OUTLETS)].code
        make = _person if number < PERSONS else _company
        customer = make(session, dice, number, outlet)
        customer.first_seen = since - dt.timedelta(days=dice.randint(30, 2200))
        customers.append(customer)
        session.add(customer)
    session.flush()
    return customers


def make_contracts(session: t.Any, dice: random.Random, customers: list[Customer], today: dt.date) -> None:
    """Give two companies in five a service contract; most run, some ended last year."""
    for number, customer in enumerate(customer for customer in customers if customer.kind == "company"):
        if number % 5 > 1:
            continue
        ended = number % 10 == 6
        start = today - dt.timedelta(days=dice.randint(400, 700) if ended else dice.randint(20, 300))
        session.add(
            ServiceContract(
                id=next_key(),
                contract_no=f"SC-{start:%Y}-{number + 1:04d}",
                customer_id=customer.id,
                min_response_hours=dice.choice((2, 4, 8)),
                non_workday_covered=number % 2 == 0,
                free_parts=number % 3 == 0,
                free_labour=True,
                start=start,
                end=start + dt.timedelta(days=365),
                value=decimal.Decimal(dice.randrange(8_000, 60_000, 500)),
                status="expired" if ended else "active",
            )
        )


def _person(_session: t.Any, dice: random.Random, number: int, outlet: str) -> Customer:
    surnames = SURNAMES + MORE_SURNAMES
    surname, given = surnames[number % len(surnames)], GIVEN[(number // len(surnames) + number) % len(GIVEN)]
    city, _, _, streets = CITIES[outlet]
    phone = f"13{dice.choice('5678')}{dice.randrange(10**8):08d}"
    name, name_en = surname[0] + given[0], f"{surname[1]} {given[1]}"
    if number % 35 == 34:
        name = name_en = FOREIGNERS[number // 35]
    address = f"{city}市{dice.choice(streets)} {dice.randint(1, 480)} 号"
    customer = Customer(
        id=next_key(),
        name=name,
        name_en=name_en,
        kind="person",
        customer_class="standard",
        address=address,
        phone=phone,
        area=outlet,
    )
    customer.contacts.append(Contact(id=next_key(), name=name, phone=phone, address=address))
    return customer


def _company(_session: t.Any, dice: random.Random, number: int, outlet: str) -> Customer:
    city, city_en, code, streets = CITIES[outlet]
    trade = TRADES[number // len(OUTLETS) % len(TRADES)]
    address = f"{city}市{dice.choice(streets)} {dice.randint(1, 480)} 号"
    phone = f"{code}{dice.randrange(10**8):08d}"
    customer = Customer(
        id=next_key(),
        name=f"{city}{trade[0]}有限公司",
        name_en=f"{city_en} {trade[1]} Co., Ltd.",
        kind="company",
        customer_class="key_account" if number % 6 == 0 else "standard",
        address=address,
        phone=phone,
        fax=phone[:-1] + "9",
        area=outlet,
    )
    for seat in range(2):
        surname, given = dice.choice(SURNAMES), dice.choice(GIVEN)
        customer.contacts.append(
            Contact(
                id=next_key(),
                name=surname[0] + given[0],
                phone=f"13{dice.choice('5678')}{dice.randrange(10**8):08d}",
                email=f"{given[1].lower()}.{surname[1].lower()}@{city_en.lower()}{number}.example",
                position=POSITIONS[(number + seat) % len(POSITIONS)],
            )
        )
    return customer
