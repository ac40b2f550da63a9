"""A proxy on loopback that breaks what passes through it.

    proxy.py PORT-OF-THE-SERVER [--ways N] [--tls CERTIFICATE KEY]

prints {"urls": […], "control": …} and serves until it is killed. There are N ways through it, each an address of its own. Each request goes to the server over a connection of its own; its answer
goes back on the client's. `control` is an http address: POST /faults adds one (JSON below), DELETE /faults takes all away, GET /log
says what passed: [{"way", "connection", "method", "path", "query", "fault"}], GET /connections how many there were, DELETE /log forgets.

A fault: which requests
    way      the number of a way, from 0; default: all
    on       "request" (default), or "accept": a connection, before anything was read from it
    method, path, query   globs over what the client asked for ("*")
    skip     so many of them are spared; times: then so many are struck (0 = all)
and what happens, in this order:
    forward  so many bytes of the request reach the server, and no answer is waited for (default: all, and it is)
    reply    this text goes back instead of the server's answer; with "perform", the server gets the request all the same
    replace  [OLD, NEW] in the body of the server's answer
    repeat   [TEXT, N] stands after the reply N times; N = -1: without end
    latency  seconds before the answer; rate: its bytes a second; slice: its bytes a segment; from: the byte after which these two begin
    answer   so many bytes of the answer go back, then
    end      reset (RST) | close (FIN, over TLS with its close_notify) | cut (FIN alone) | hang (open, but nothing is read or written)
"""
import argparse
import asyncio
import fnmatch
import functools
import itertools
import json
import re
import socket
import ssl
import struct

from http_messages import answer as http_answer
from http_messages import read_message

faults, log, connections = [], [], []


def strike(way, on, method="", path="", query=""):
    for fault in faults:
        if fault.get("on", "request") != on or fault.get("way", way) != way:
            continue
        wanted = (("method", method), ("path", path), ("query", query))
        if not all(fnmatch.fnmatchcase(value, fault.get(name, "*")) for name, value in wanted):
            continue
        fault["seen"] = fault.get("seen", 0) + 1
        if fault["seen"] <= fault.get("skip", 0):
            continue
        if fault.get("times") and fault["seen"] > fault.get("skip", 0) + fault["times"]:
            continue
        return fault
    return {}


async def ask_server(port, method, request, forward):
    """The server's answer, or b"" when only a part of the request was sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request[:forward])
    await writer.drain()
    message = await read_message(reader, method != "HEAD") if forward is None else None
    writer.close()
    return b"".join(message) if message else b""


def replaced(text, old, new):
    head, _, body = text.partition(b"\r\n\r\n")
    body = body.replace(old.encode("latin-1"), new.encode("latin-1"))
    return re.sub(rb"(?i)(\r\nContent-Length: )\d+", rb"\g<1>%d" % len(body), head) + b"\r\n\r\n" + body


def pieces_of(fault, text):
    """What goes back, in pieces; endless if the fault is."""
    filler, times = fault.get("repeat", ["", 0])
    filler = filler.encode("latin-1")
    block = filler * max(1, 65536 // max(1, len(filler))) if times < 0 else filler
    more = itertools.repeat(block) if times < 0 else itertools.repeat(block, times)
    return itertools.chain([text], more)


async def send(writer, fault, text):
    left, start = fault.get("answer"), fault.get("from", 0)
    size = fault.get("slice") or (max(1, fault["rate"] // 10) if "rate" in fault else 0)
    await asyncio.sleep(fault.get("latency", 0))
    for piece in pieces_of(fault, text):
        piece = piece if left is None else piece[:left]
        if left is not None:
            left -= len(piece)
        whole, rest = (piece[:start], piece[start:]) if size else (piece, b"")
        start = max(0, start - len(piece))
        writer.write(whole)
        for at in range(0, len(rest), size or 1):
            writer.write(rest[at:at + size])
            await writer.drain()
            await asyncio.sleep(size / fault["rate"] if "rate" in fault else 0)
        await writer.drain()
        if left == 0:
            return


async def end(writer, how):
    if how == "hang":
        await asyncio.Event().wait()  # until this program ends
    if how == "reset":
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if how in ("reset", "cut"):
        writer.transport.abort()
    else:
        writer.close()


async def exchange(port, way, number, reader, writer):
    """One request and its answer; False when the connection is over."""
    message = await read_message(reader)
    if message is None:
        return False
    method, target = message[0].decode("latin-1").split(" ")[:2]
    path, _, query = target.partition("?")
    fault = strike(way, "request", method, path, query)
    log.append({"way": way, "connection": number, "method": method, "path": path, "query": query, "fault": fault.get("name", bool(fault))})
    text = b""
    if "reply" not in fault or fault.get("perform"):
        text = await ask_server(port, method, b"".join(message), fault.get("forward"))
    if "reply" in fault:
        text = fault["reply"].encode("latin-1")
    if "replace" in fault:
        text = replaced(text, *fault["replace"])
    await send(writer, fault, text)
    if "end" in fault:
        await end(writer, fault["end"])
    return "end" not in fault and text != b""


async def serve(port, way, numbers, reader, writer):
    number = next(numbers)
    connections.append(number)
    try:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        fault = strike(way, "accept")
        if fault:
            await end(writer, fault["end"])
        while not fault and await exchange(port, way, number, reader, writer):
            pass
        writer.close()
    except OSError:
        pass  # the client went away, as it may


async def control(reader, writer):
    while message := await read_message(reader):
        method, path = message[0].decode().split(" ")[:2]
        if method == "POST":
            faults.append(json.loads(message[1]))
        elif method == "DELETE" and path == "/faults":
            faults.clear()
        elif method == "DELETE":
            log.clear()
            connections.clear()
        asked = {"/log": log, "/connections": len(connections)}.get(path, faults)
        writer.write(http_answer(200, json.dumps(asked).encode()))
    writer.close()


async def main():
    options = argparse.ArgumentParser()
    options.add_argument("port", type=int)
    options.add_argument("--ways", type=int, default=1)
    options.add_argument("--tls", nargs=2)
    given = options.parse_args()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if given.tls else None
    if given.tls:
        context.load_cert_chain(*given.tls)
    numbers, urls = itertools.count(1), []
    for way in range(given.ways):
        take = functools.partial(serve, given.port, way, numbers)
        server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context)
        urls.append(f"http{'s' if context else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    steering = await asyncio.start_server(control, "127.0.0.1", 0)
    print(json.dumps({"urls": urls, "control": f"http://127.0.0.1:{steering.sockets[0].getsockname()[1]}"}), flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
