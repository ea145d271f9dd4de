"""Each server crashed, frozen, slow, full and refusing while papers come in and workers are killed: nothing is lost.

`-k minio` runs one server's day; `KHOSO_FAULTS=crash,freeze` some of its faults.
"""

import contextlib
import html
import random
import re
import time
import uuid

import pytest
from kho import Desks, Kho, paper
from servers import CHOSEN, TOOLS, USED
from verdict import judge

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not (TOOLS / "up").exists(), reason="the servers' programs are not beside this checkout"),
]

PAPERS = 200  # of each fault
BEFORE = 10  # of them are acknowledged when it begins; all others come while it lasts or afterwards


@pytest.mark.parametrize("name", USED)
def test_a_bad_day(name, servers, tmp_path, tell):
    tag = f"faults-{uuid.uuid4().hex[:8]}"
    servers.get_ready(tag)
    kho, start = Kho(tmp_path / "home", servers.environment(tag, tag)), time.monotonic()
    with kho, contextlib.closing(kho.session()) as browser:
        desks = Desks(kho, kho.token())
        kho.killing.set()
        faults, by_hand = [], 0
        for fault, seconds in CHOSEN.items():
            first = len(faults) * PAPERS
            desks.hand_in(range(first, first + PAPERS))
            desks.await_taken(first + BEFORE, 60)
            end = getattr(servers, fault)(name)
            began = time.monotonic()
            by_hand += looks(browser, name, fault)
            time.sleep(max(0, seconds - (time.monotonic() - began)))
            end()
            faults.append((fault, first, first + PAPERS, began, time.monotonic()))
            desks.join(300)
        kho.killing.clear()
        over = time.monotonic()
        for line in judge(name, kho, desks, faults, by_hand):
            tell("line", line.cells())
        assert kho.killed > 0
    began = faults[0][3]
    spent = f"ready {began - start:.0f} s, faults {over - began:.0f} s, until judged {time.monotonic() - over:.0f} s"
    tell("told", f"{name}: {spent}, {kho.killed} workers killed, {desks.tries} tries to hand in")


SEARCH_AWAY = "Chỉ mục tìm kiếm đang bận"
HARD = {"crash", "refuse"}
"""Faults that leave no doubt: whoever asks must be told."""


def looks(browser, name, fault):
    """What a person sees while a server is away: what is down, in a sentence; and what does not need it, works.

    Returns:
        How many papers a person handed in meanwhile.
    """
    start = browser.get("/")
    search = browser.get("/tim?q=phe+duyet")
    for page in (start, search):
        assert page.status_code in {200, 503}
        if page.status_code == 503:
            assert "tạm thời không trả lời" in page.text
            assert "Chưa mất gì" in page.text
    if name == "postgres":
        if fault in HARD:
            assert (start.status_code, search.status_code) == (503, 503)
    else:
        assert start.status_code == 200  # review and opening by number need the database alone
        assert search.status_code == 200
    if name == "elasticsearch" and fault in HARD:
        assert SEARCH_AWAY in search.text
        assert "tiếp nhận, xác nhận và mở giấy tờ theo mã hoặc theo số ký hiệu (gõ đủ) vẫn làm được" in html.unescape(
            search.text
        )
        waiting = re.search(r"/giay-to/[0-9a-f-]{36}", browser.get("/cho-xac-nhan").text)
        if waiting:  # some paper of this or an earlier fault: its page and its review open
            for address in (waiting[0], f"{waiting[0]}/xac-nhan"):
                assert browser.get(address).status_code == 200, address
    taken = 0
    if name == "minio" and fault in HARD:
        told = hand_in_by_page(browser, start)
        assert "kho S3" in told
        assert "Đã nhận" not in told
    elif name in {"elasticsearch", "redis"} and fault in HARD:
        assert "Đã nhận 1 giấy tờ" in hand_in_by_page(browser, start)
        taken = 1
    return taken


def hand_in_by_page(browser, start):
    """A clerk's own upload; the page that follows."""
    token = start.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    files = {"files": ("to.jpg", paper(random.randrange(10**6, 10**9)), "image/jpeg")}  # noqa: S311 - any other paper
    answer = browser.post("/tiep-nhan", data={"csrfmiddlewaretoken": token}, files=files)
    return html.unescape(answer.text)
