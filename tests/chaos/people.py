"""People and programs that work through the storm as real ones do: they try again, and remember what they were told."""

import base64
import http.client
import json
import random
import threading
import time
import typing as t
from collections import Counter
from collections.abc import Callable, Sequence

from tests.chaos import orders
from tests.company import PASSWORD

PATIENCE = 90.0
"""Seconds after which somebody who gets no answer gives up, which fails the test."""
PAUSE = 0.15
LEASE = 3_000
DROPPED, FAILED = 0.08, 0.08
"""Shares of outside jobs whose program dies while it works, and which it reports as failed."""
AGAIN = {502, 503, 504}
Body = dict[str, t.Any]


class Ledger:
    """What everybody was told. Nothing in it may turn out to be untrue."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.ordered: set[int] = set()
        self.answered: set[int] = set()
        self.completed: set[int] = set()
        self.booked: Counter[int] = Counter()
        """Outside jobs by key → how often the completion was acknowledged."""
        self.worked: Counter[int] = Counter()
        """Outside jobs by key → how often a program began to work on them."""
        self.statuses: Counter[int | str] = Counter()
        self.wrong: list[str] = []

    def saw(self, status: int | str) -> None:
        with self.lock:
            self.statuses[status] += 1

    def complain(self, what: str) -> None:
        with self.lock:
            self.wrong.append(what)


class Client:
    """Somebody at a browser or a program: asks one of the servers, and another one when that does not answer."""

    def __init__(self, ports: Sequence[int], ledger: Ledger, chance: random.Random) -> None:
        self.ledger, self.chance = ledger, chance
        self._ports = list(ports)
        self._connections: dict[int, http.client.HTTPConnection] = {}
        credential = base64.b64encode(f"administrator:{PASSWORD}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credential}", "Content-Type": "application/json"}

    def ask(self, path: str, body: Body) -> tuple[int, Body, bool]:
        """Ask until somebody answers: (status, answer, whether an earlier attempt may have been done unheard)."""
        unheard = False
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            port = self.chance.choice(self._ports)
            try:
                status, answer = self._once(port, path, body)
            except (OSError, http.client.HTTPException) as error:
                self.ledger.saw(type(error).__name__)
                self._connections.pop(port).close()
                unheard = unheard or not isinstance(error, ConnectionRefusedError)
            else:
                self.ledger.saw(status)
                if status not in AGAIN:
                    return status, answer, unheard
                unheard = unheard or status == http.HTTPStatus.GATEWAY_TIMEOUT
            time.sleep(PAUSE)
        self.ledger.complain(f"Nobody answered {path} for {PATIENCE:.0f} s")
        raise TimeoutError(path)

    def close(self) -> None:
        """Leave."""
        for connection in self._connections.values():
            connection.close()

    def _once(self, port: int, path: str, body: Body) -> tuple[int, Body]:
        connection = self._connections.setdefault(port, http.client.HTTPConnection("127.0.0.1", port, timeout=30))
        connection.request("POST", f"/v2{path}", json.dumps(body), self._headers)
        response = connection.getresponse()
        content = response.read()
        if response.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR and response.status not in AGAIN:
            self.ledger.complain(f"{path}: {response.status} {content[:300]!r}")
        return response.status, json.loads(content) if content else {}


class Crowd:
    """Threads of clients. `wind_down` stops new orders; the others go on until everything is done."""

    def __init__(self, ports: Sequence[int], seed: int, first_order: int = 1) -> None:
        self.ledger = Ledger()
        self._ports, self._seed = ports, seed
        self._next = first_order
        self._unanswered: list[int] = []
        self._taking = threading.Event()
        self._taking.set()
        self._working = threading.Event()
        self._working.set()
        acts = (self._order, self._answer, self._complete, self._complete, self._outside, self._outside)
        self._threads = [
            threading.Thread(target=self._run, args=(act, number), daemon=True) for number, act in enumerate(acts)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wind_down(self) -> None:
        """Take no new orders, but answer those that were taken."""
        self._taking.clear()

    def stop(self) -> None:
        self._taking.clear()
        self._working.clear()
        for thread in self._threads:
            thread.join(PATIENCE + 10)
            assert not thread.is_alive()

    @property
    def waiting(self) -> bool:
        """Whether orders were taken that have not been answered yet."""
        return bool(self._unanswered)

    def _run(self, act: Callable[[Client], bool], number: int) -> None:
        client = Client(self._ports, self.ledger, random.Random(f"{self._seed}-{number}"))
        try:
            while self._working.is_set():
                if not act(client):
                    time.sleep(PAUSE)
        except TimeoutError:
            return
        except Exception as error:
            self.ledger.complain(f"{act.__name__}: {error!r}")
            raise
        finally:
            client.close()

    def _order(self, client: Client) -> bool:
        """Place an order, as a message with an id: placed twice, it is one order."""
        if not self._taking.is_set():
            return False
        order, self._next = self._next, self._next + 1
        variables = {"order": order, "pause": client.chance.choice((0, 1, 2, 4))}
        if client.chance.random() < 0.5:
            self._unanswered.append(order)
        self._publish(client, orders.STARTS, order, variables, f"order-{order}")
        self.ledger.ordered.add(order)
        if order not in self._unanswered:
            self._unanswered.append(order)
        return True

    def _answer(self, client: Client) -> bool:
        """Answer an order, now and then before it was placed or twice."""
        if not self._unanswered:
            return False
        order = self._unanswered.pop(client.chance.randrange(len(self._unanswered)))
        for _ in range(client.chance.choice((1, 1, 1, 2))):
            self._publish(client, orders.ANSWERS, order, {"answer": f"a{order}"}, f"answer-{order}")
        self.ledger.answered.add(order)
        return True

    def _publish(self, client: Client, name: str, order: int, variables: Body, message_id: str) -> None:
        letter = {"name": name, "correlationKey": str(order), "variables": variables, "messageId": message_id}
        status, answer, _ = client.ask("/messages/publication", {**letter, "timeToLive": 3_600_000})
        if status not in {200, 409}:
            client.ledger.complain(f"{message_id}: {status} {answer}")

    def _complete(self, client: Client) -> bool:
        """Complete some of the open tasks, whoever else does the same."""
        wanted = {"filter": {"state": "CREATED", "processDefinitionId": orders.ORDER}, "page": {"limit": 40}}
        status, found, _ = client.ask("/user-tasks/search", wanted)
        tasks = found.get("items", []) if status == http.HTTPStatus.OK else []
        for task in client.chance.sample(tasks, min(10, len(tasks))):
            self._complete_one(client, int(task["userTaskKey"]), task["elementId"], task["processInstanceKey"])
        return bool(tasks)

    def _complete_one(self, client: Client, key: int, element: str, instance: str) -> None:
        if element == "close":
            variables: Body = {"closed": True}
        else:
            query = {"filter": {"processInstanceKey": instance, "name": "order"}}
            found = client.ask("/variables/search", query)[1].get("items", [])
            if not found:
                return
            variables = {"checked": orders.checked(int(found[0]["value"]))}
        status, answer, unheard = client.ask(f"/user-tasks/{key}/completion", {"variables": variables})
        if status == http.HTTPStatus.NO_CONTENT or (unheard and "completed" in str(answer)):
            self.ledger.completed.add(key)
        elif status != http.HTTPStatus.CONFLICT:
            client.ledger.complain(f"completion of {element}: {status} {answer}")

    def _outside(self, client: Client) -> bool:
        """Work on jobs as a program does that dies now and then, or fails."""
        wanted = {"type": orders.OUTSIDE, "timeout": LEASE, "maxJobsToActivate": 8, "worker": "outside"}
        status, leased, _ = client.ask("/jobs/activation", wanted)
        jobs = leased.get("jobs", []) if status == http.HTTPStatus.OK else []
        for job in jobs:
            self._work(client, int(job["jobKey"]), job["variables"]["order"], job["retries"])
        return bool(jobs)

    def _work(self, client: Client, key: int, order: int, retries: int) -> None:
        with self.ledger.lock:
            self.ledger.worked[key] += 1
        luck = client.chance.random()
        if luck < DROPPED:
            return
        if luck < DROPPED + FAILED:
            status, answer, _ = client.ask(f"/jobs/{key}/failure", {"retries": max(retries - 1, 1)})
        else:
            body = {"variables": {"booked": orders.booked(order)}}
            status, answer, _ = client.ask(f"/jobs/{key}/completion", body)
            if status == http.HTTPStatus.NO_CONTENT:
                with self.ledger.lock:
                    self.ledger.booked[key] += 1
        # 404: somebody else did it after the lease, or an attempt whose answer was lost was heard after all.
        if status not in {204, 404, 409}:
            client.ledger.complain(f"job {key}: {status} {answer}")
