"""The list and the task pane, as each of the cast sees them."""

from tests.inbox.conftest import As


def test_a_receptionist_sees_the_unclaimed_slip_with_its_customer_and_device(browse: As, slip: int) -> None:
    page = browse("agent").get("/inbox?view=unclaimed").get_data(as_text=True)
    assert f'id="task-{slip}"' in page
    assert "李娜" in page


def test_the_task_pane_opens(browse: As, slip: int) -> None:
    page = browse("agent").get(f"/inbox?task={slip}").get_data(as_text=True)
    assert "Claim" in page
