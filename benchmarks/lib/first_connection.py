"""first_connection.py PORT COMMAND…: milliseconds from exec to the first connection at PORT of 127.0.0.1, to which nobody answers."""
import os
import select
import socket
import sys
import time

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=16)
quiet = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
began = time.monotonic()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ, file_actions=quiet)
arrived = select.select([listener], [], [], 10)[0]
connection = listener.accept()[0] if arrived else None
request = connection.recv(16) if connection else b""  # its first bytes: a request, and no connection alone
took = time.monotonic() - began
if connection:
    connection.close()
listener.close()
os.kill(pid, 9)
os.waitpid(pid, 0)
if not request:
    sys.exit("first_connection.py: no request came within 10 s")
print(f"{took * 1e3:.2f}")
