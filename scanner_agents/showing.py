"""What `status` and `serve` do: show the queue, in the terminal or as a page on this PC."""

import json
import time
from collections.abc import Mapping, Sequence

from scanner_agents import report
from scanner_agents.address import client
from scanner_agents.batches import end_batch, open_batch
from scanner_agents.call import DONE, REFUSED, UNAVAILABLE, Call, signals_raise
from scanner_agents.errors import Refused, Unavailable
from scanner_agents.events import clean
from scanner_agents.outbox import Outbox
from scanner_agents.page import Page
from scanner_agents.records import Document
from scanner_agents.server import Server


def status(call: Call) -> int:
    """Show the outbox."""
    if not call.there():
        return REFUSED
    newest = None if call.args.all else report.LAST
    standing = report.standing(call.queue, newest=newest, ask=lambda documents: _ask_server(call, documents))
    if call.json:
        for document in standing.documents:
            call.put(json.dumps(report.document_json(document, standing.remote), ensure_ascii=False))
        call.put(json.dumps(report.summary_json(standing), ensure_ascii=False))
    else:
        call.put("\n".join(report.lines(standing, call.say)))
    return DONE


def _ask_server(call: Call, documents: Sequence[Document]) -> Mapping[str, str]:
    """States of received documents as the server sees them now, if a server was named."""
    if not call.args.server:
        return {}
    address = call.address()
    states: dict[str, str] = {}
    with client(address, trust=call.trust(address), timeout=10.0) as http:
        server = Server(address, http=http, token=call.token().read)
        for receipt in (document.remote for document in documents if document.remote):
            try:
                states[receipt.document] = server.standing(receipt.document).state
            except Refused:
                states[receipt.document] = "?"
            except Unavailable as error:
                call.complain(error.event.sentence(call.say))
                if error.everyone:
                    break
    return states


# serve


def serve(call: Call) -> int:
    """Show the queue as a page on this PC until asked to stop."""
    if not call.there():
        return REFUSED
    try:
        page = Page(
            call.args.port,
            standing=lambda: report.standing(call.queue, newest=report.LAST),
            name_batch=lambda name, dossier: _name_batch(call, name, dossier),
            say=call.say,
            lang=call.lang,
        )
    except OSError as error:
        call.complain(f"127.0.0.1:{call.args.port}: {error.strerror or error}")
        return UNAVAILABLE
    with page, signals_raise():
        if call.json:
            call.put(json.dumps({"url": page.url}))
        else:
            call.put(call.say("Xem hàng đợi tại %(url)s (Ctrl-C để dừng)") % {"url": page.url})
        try:
            page.serve_forever()
        except KeyboardInterrupt:
            return DONE
    return DONE


def _name_batch(call: Call, name: str | None, dossier: str) -> None:
    with Outbox(call.queue) as outbox:
        if name is not None:
            open_batch(outbox, clean(name), clean(dossier), now=time.time())
        else:
            end_batch(outbox, now=time.time())
