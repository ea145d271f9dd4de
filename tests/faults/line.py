"""A slow line: passes TCP on, later than it came. `python line.py LISTEN_PORT PORT`, then seconds, one per input line."""

import asyncio
import contextlib
import sys
import threading

delay = [0.0]


async def carry(reader, writer):
    with contextlib.suppress(ConnectionError, asyncio.CancelledError):
        while piece := await reader.read(65536):
            if delay[0]:
                await asyncio.sleep(delay[0])
            writer.write(piece)
            await writer.drain()
    writer.close()


async def main(listen, port):
    async def meet(reader, writer):
        try:
            there, back = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(carry(reader, back), carry(there, writer))

    server = await asyncio.start_server(meet, "127.0.0.1", listen)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


def listen_to_orders():
    for order in sys.stdin:
        delay[0] = float(order)


threading.Thread(target=listen_to_orders, daemon=True).start()
with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
