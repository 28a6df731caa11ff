"""A program: passes connections that come to an address on to the loopback of the network that it runs in.

    ip netns exec NAME python3 relay.py ADDRESS PORT...
"""
import asyncio
import contextlib
import sys


async def copy(reader, writer):
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def main(address, ports):
    def to(port):
        async def serve(reader, writer):
            try:
                there, back = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                writer.close()
                return
            await asyncio.gather(copy(reader, back), copy(there, writer))

        return serve

    servers = [await asyncio.start_server(to(port), address, port) for port in ports]
    print('{"event":"ready"}', flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main(sys.argv[1], [int(port) for port in sys.argv[2:]]))
