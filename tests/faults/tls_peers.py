"""Servers that nobody should tell a secret, on loopback: each has a port of its own.

    tls_peers.py DIRECTORY NAME:CERTIFICATE:FLAW…

prints {"NAME": port, …, "tunnel": port} and serves until it is killed. DIRECTORY/CERTIFICATE.pem is the server's chain and key. What a peer
heard once the connection was encrypted (the peer of plain HTTP: at all, but for the hello of TLS) is appended to DIRECTORY/NAME.heard.
`tunnel` is a proxy: whatever host is asked for, it leads to that port of loopback. FLAW, besides the certificate:
    none    TLS 1.2 and 1.3, as it should be
    old     TLS 1.0 and 1.1 alone
    null    ciphers that encrypt nothing; anonymous: ciphers without a certificate
    plain   no TLS
    broken  the handshake is answered with noise
"""
import json
import pathlib
import socket
import ssl
import sys
import threading

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def context_of(certificate, flaw):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers({"null": "eNULL:@SECLEVEL=0", "anonymous": "aNULL:@SECLEVEL=0"}.get(flaw, "ALL:@SECLEVEL=0"))
    context.minimum_version = ssl.TLSVersion.TLSv1 if flaw == "old" else ssl.TLSVersion.TLSv1_2
    if flaw == "old":
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    elif flaw in ("null", "anonymous"):
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    if flaw != "anonymous":
        context.load_cert_chain(certificate)
    return context


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head and (piece := connection.recv(65536)):
        head += piece
    return head


def hear(connection, heard):
    """Requests and answers; True as long as the client goes on."""
    head = read_head(connection)
    with heard.open("ab") as file:
        file.write(head)
    connection.sendall(ANSWER)
    return head != b""


def talk(connection, certificate, flaw, heard):
    try:
        if flaw == "plain" and connection.recv(1, socket.MSG_PEEK) == b"\x16":
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        elif flaw == "broken":
            connection.sendall(b"\x16\x03\x03\xff\xff" + b"\0" * 64)
            connection.recv(65536)
        elif flaw != "plain":
            connection = context_of(certificate, flaw).wrap_socket(connection, server_side=True)
        while flaw != "broken" and hear(connection, heard):
            pass
    except OSError:
        pass  # a client that refuses it, as it should
    finally:
        connection.close()


def copy(source, sink):
    try:
        while piece := source.recv(65536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def tunnel(connection):
    try:
        target = read_head(connection).split(b" ")[1]
        peer = socket.create_connection(("127.0.0.1", int(target.rpartition(b":")[2])))
        connection.sendall(b"HTTP/1.1 200 Established\r\n\r\n")
        threading.Thread(target=copy, args=(peer, connection), daemon=True).start()
        copy(connection, peer)
    except OSError:
        connection.close()


def serve(listener, what, *more):
    while True:
        connection, _ = listener.accept()
        connection.settimeout(20)
        threading.Thread(target=what, args=(connection, *more), daemon=True).start()


def begin(what, *more):
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=serve, args=(listener, what, *more), daemon=True).start()
    return listener.getsockname()[1]


def main():
    directory, ports = pathlib.Path(sys.argv[1]), {"tunnel": begin(tunnel)}
    for peer in sys.argv[2:]:
        name, certificate, flaw = peer.split(":")
        ports[name] = begin(talk, directory / f"{certificate}.pem", flaw, directory / f"{name}.heard")
    print(json.dumps(ports), flush=True)
    threading.Event().wait()


main()
