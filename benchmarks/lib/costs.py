"""costs.py STDOUT STDERR COMMAND…: prints "EXIT WALL_US CPU_US PEAK_KIB" of a command; CPU is user + system, of its children too."""
import os
import sys
import time

out, err, *command = sys.argv[1:]
to_file = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
actions = [
    (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
    (os.POSIX_SPAWN_OPEN, 1, out, to_file, 0o600),
    (os.POSIX_SPAWN_OPEN, 2, err, to_file, 0o600),
]
began = time.monotonic()
pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
_, status, used = os.wait4(pid, 0)
wall = time.monotonic() - began
print(os.waitstatus_to_exitcode(status), int(wall * 1e6), int((used.ru_utime + used.ru_stime) * 1e6), used.ru_maxrss)
