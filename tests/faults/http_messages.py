"""HTTP/1.1 messages as bytes: as much of the framing as a program between two well-behaved ends needs."""
import asyncio


def field(head, name):
    """The value of the first header field of that name in the bytes of a head, or None."""
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name.lower().encode():
            return value.strip().decode("latin-1")
    return None


async def read_chunks(reader):
    body = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        piece = await reader.readexactly(size + 2)
        body += line + piece
        if size == 0:
            return body


async def read_message(reader, has_body=True):
    """(head, body) as they came; None at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        if not has_body or head.split(b" ")[1] in (b"204", b"304"):
            return head, b""
        if (field(head, "Transfer-Encoding") or "").lower() == "chunked":
            return head, await read_chunks(reader)
        return head, await reader.readexactly(int(field(head, "Content-Length") or 0))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def answer(status, body, kind="application/json"):
    return f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
