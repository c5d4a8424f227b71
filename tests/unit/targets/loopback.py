"""A service for a test: it keeps what it is asked, and answers with whatever bytes it is given."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field


def answer(body, status="200 OK", **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\ncontent-length: {len(data)}\r\n{head}\r\n".encode() + data


@dataclass(kw_only=True)
class Asked:
    """One request. Names of headers are in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(kw_only=True)
class Loopback:
    url: str = ""
    asked: list[Asked] = field(default_factory=list)


@contextlib.asynccontextmanager
async def serving(*answers, hang_s=0.0):
    """Serve the answers one after the other, the last one from then on; b"" closes the connection."""
    service, under_way = Loopback(), set()

    async def handle(reader, writer):
        under_way.add(asyncio.current_task())
        with contextlib.suppress(OSError, EOFError, ValueError):
            service.asked.append(await _asked(reader))
            await asyncio.sleep(hang_s)
            writer.write(answers[min(len(service.asked), len(answers)) - 1])
            await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    service.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield service
        for task in under_way:
            await asyncio.wait_for(task, hang_s + 5)


async def _asked(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(line=head[0], headers=headers, body=body)
