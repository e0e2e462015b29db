#!/usr/bin/env python3
"""Writes the order in which the linker puts functions: first what a start executes, then what most scripts execute.

usage: order.py PROGRAM MAP ORDER SCRIPT...

PROGRAM is the static executable with its symbols, MAP what the linker says of it (`-Map`). Each SCRIPT is run by
PROGRAM under ptrace, with a breakpoint at each function that goes when it is reached. ORDER is for the linker's
--symbol-ordering-file and is written only if it changes; it is empty where nothing could be measured, which the
linker takes for no order. Docs/Decisions/StartLayout.md says what it is for.
"""

import bisect
import ctypes
import os
import platform
import re
import signal
import subprocess
import sys

# As in a session: the shell looks whether PWD is its directory, and reads the locale.
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
    "HOME": "/",
    "LANG": "C.UTF-8",
    "OLDPWD": "/",
    "PWD": os.getcwd(),
    "SHLVL": "1",
    "TERM": "xterm",
    "USER": "user",
}

# Swift's library has one section of 1.6 MB, apart from its generic code; a section stays whole, so it stays in place.
LARGEST = 100_000

TRACE_ME, CONTINUE, DETACH, SET_OPTIONS, GET_REGISTERS, SET_REGISTERS = 0, 7, 17, 0x4200, 0x4204, 0x4205
TRACE_FORK, TRACE_VFORK, TRACE_CLONE, TRACE_EXEC, EXIT_KILL = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 20
EXEC_EVENT = 4
GENERAL_REGISTERS = 1
ALL_CHILDREN = 0x4000_0000
# x86-64: where the instruction pointer stands among the registers, and the instruction that traps.
POINTER = 16
TRAP = b"\xcc"

library = ctypes.CDLL(None, use_errno=True)
library.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
library.ptrace.restype = ctypes.c_long


class Registers(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def ptrace(request, process, address=0, data=0):
    if library.ptrace(request, process, address, data) < 0:
        error = ctypes.get_errno()
        raise OSError(error, "ptrace: " + os.strerror(error))


def sections(path):
    """(address, size) of each section of code that may be moved, by address."""
    form = re.compile(r"\s*([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]+)\s+\d+\s+\S.*:\(\.text\S*\)\s*$")
    with open(path) as lines:
        found = (form.match(line) for line in lines)
        pairs = sorted((int(m[1], 16), int(m[2], 16)) for m in found if m)
    return [pair for pair in pairs if 0 < pair[1] <= LARGEST]


def functions(program, movable):
    """The names of the functions in the movable sections, by address."""
    starts = [start for start, _ in movable]
    result = {}
    table = subprocess.run(["readelf", "-sW", program], check=True, capture_output=True, text=True).stdout
    for line in table.splitlines():
        words = line.split()
        if len(words) != 8 or words[3] != "FUNC" or words[6] == "UND":
            continue
        address = int(words[1], 16)
        index = bisect.bisect_right(starts, address) - 1
        if index >= 0 and address < sum(movable[index]):
            result.setdefault(address, []).append(words[7])
    return result


def start(program, script):
    """Starts the shell with `script`, to be traced; it has not executed an instruction yet."""
    process = os.fork()
    if process == 0:
        try:
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(null, descriptor)
            ptrace(TRACE_ME, 0)
            os.execve(program, [program, "-c", script], ENVIRONMENT)
        finally:
            os._exit(127)
    _, status = os.waitpid(process, ALL_CHILDREN)
    if not os.WIFSTOPPED(status):
        raise OSError("the program cannot be traced")
    return process


def go_back(process, to_byte_before):
    """Sets the instruction pointer of a thread that a breakpoint stopped to that breakpoint, if it is one."""
    words = (ctypes.c_uint64 * 64)()
    registers = Registers(ctypes.addressof(words), ctypes.sizeof(words))
    ptrace(GET_REGISTERS, process, GENERAL_REGISTERS, ctypes.addressof(registers))
    address = words[POINTER] - 1
    if address not in to_byte_before:
        return None
    words[POINTER] = address
    ptrace(SET_REGISTERS, process, GENERAL_REGISTERS, ctypes.addressof(registers))
    return address


def executed(program, script, names):
    """The addresses of the functions that a script reaches."""
    first = start(program, script)
    reached = set()
    with open(f"/proc/{first}/mem", "r+b", buffering=0) as memory:
        former = {}
        for address in names:
            memory.seek(address)
            former[address] = memory.read(1)
            memory.seek(address)
            memory.write(TRAP)
        ptrace(SET_OPTIONS, first, 0, TRACE_FORK | TRACE_VFORK | TRACE_CLONE | TRACE_EXEC | EXIT_KILL)
        ptrace(CONTINUE, first)
        starting = set()
        known = {first}
        while known:
            process, status = os.waitpid(-1, ALL_CHILDREN)
            if not os.WIFSTOPPED(status):
                known.discard(process)
                if process == first and status != 0:
                    raise OSError(f"the program ended with status {os.waitstatus_to_exitcode(status)}")
                continue
            delivered = os.WSTOPSIG(status)
            if process not in known:
                known.add(process)
                starting.add(process)
            if status >> 16 == EXEC_EVENT:
                # Another program, in memory of its own.
                known.discard(process)
                ptrace(DETACH, process)
                continue
            if status >> 16 or (delivered == signal.SIGSTOP and process in starting):
                starting.discard(process)
                delivered = 0
            elif delivered == signal.SIGTRAP:
                address = go_back(process, former)
                if address is not None:
                    reached.add(address)
                    memory.seek(address)
                    memory.write(former[address])
                    delivered = 0
            ptrace(CONTINUE, process, 0, delivered)
    return reached


def measured(program, map_path, scripts):
    """The names of functions, those of each script behind those of the scripts before it."""
    if platform.machine() != "x86_64":
        raise OSError("only x86-64 is measured")
    names = functions(program, sections(map_path))
    order, seen = [], set()
    for path in scripts:
        with open(path) as text:
            # Without the newline at its end, as the operand of -c mostly is.
            reached = executed(program, text.read().rstrip("\n"), names) - seen
        seen |= reached
        order += sorted({name for address in reached for name in names[address]})
    return order


def main(program, map_path, order_path, *scripts):
    # A script that hangs must not hang the build: the signal ends this program, and the traced one with it.
    signal.alarm(60)
    try:
        order = measured(program, map_path, scripts)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"order: functions stand in no particular order, which costs memory and time at a start: {error}",
              file=sys.stderr)
        order = []
    text = "".join(name + "\n" for name in order)
    with open(order_path, "a+") as file:
        file.seek(0)
        if file.read() != text:
            file.truncate(0)
            file.write(text)


main(*sys.argv[1:])
