#!/usr/bin/env python3
"""Writes the linker script that puts side by side what `meanwhile -c :` executes.

usage: measure.py PROGRAM MAP SCRIPT

PROGRAM is the static release executable with its symbols, MAP what the linker says of it (`-Map`). Valgrind's
callgrind tells which addresses are executed, the map in which section each of them is. Docs/Decisions/StartLayout.md
says what it is for. `make layout` runs it.
"""

import bisect
import os
import re
import subprocess
import sys
import tempfile

# Swift's library is one section of 1.6 MB, apart from its generic code; it stays where it is.
LARGEST = 100_000

# Initialisers that a shell has no use for: one looks for the program that shows a backtrace in eight places, one reads
# /proc/self/maps for the arguments, which Platform has from the C library, one counts processors for Dispatch.
NEEDLESS = (
    "libswiftCore.a:Backtrace.cpp.o",
    "libswiftCore.a:CommandLine.cpp.o",
    "libdispatch.a:init.c.o",
)


def executed(program):
    """The addresses of the instructions that a start executes."""
    with tempfile.TemporaryDirectory() as directory:
        plain = os.path.join(directory, "meanwhile")
        profile = os.path.join(directory, "profile")
        # Valgrind does not understand all that is in the debugging information.
        subprocess.run(["strip", "--strip-debug", "-o", plain, program], check=True)
        options = ["--tool=callgrind", "--dump-instr=yes", "--callgrind-out-file=" + profile]
        subprocess.run(["valgrind", *options, plain, "-c", ":"], check=True, capture_output=True)
        addresses, address = set(), 0
        for line in open(profile):
            match = re.match(r"(0x[0-9a-f]+|[+-]\d+|\*) ", line)
            if match and match[1] != "*":
                address = int(match[1], 16) if match[1][0] == "0" else address + int(match[1])
            if match:
                addresses.add(address)
        return addresses


def sections(path):
    """(address, size, file, section) of each section of code, by address."""
    form = re.compile(r"\s*([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]+)\s+\d+\s+(\S.*):\((\.text\S*)\)\s*$")
    found = (form.match(line) for line in open(path))
    return sorted((int(m[1], 16), int(m[2], 16), m[3], m[4]) for m in found if m)


def pattern(file, section):
    """How a linker script names a section."""
    if section.startswith(".text.$s"):
        return f"*({section})"
    member = re.match(r".*/([^/]*\.a)\((.*)\)$", file)
    place = f"*{member[1]}:{member[2]}" if member else "*/" + os.path.basename(file)
    return f"{place}({section})"


def main(program, map_path, script):
    all_sections = sections(map_path)
    starts = [section[0] for section in all_sections]
    lines = set()
    for address in executed(program):
        index = bisect.bisect_right(starts, address) - 1
        if index < 0:
            continue
        start, size, file, section = all_sections[index]
        if address < start + size <= start + LARGEST and " " not in file:
            lines.add(f"    {pattern(file, section)}\n")
    with open(script, "w") as output:
        output.write("/* Made by `make layout`; Docs/Decisions/StartLayout.md. */\n")
        output.write("SECTIONS {\n  /DISCARD/ : {\n")
        output.write("".join(f"    *{name}(.init_array)\n" for name in NEEDLESS))
        output.write("  }\n  .text.start : {\n" + "".join(sorted(lines)) + "  }\n}\nINSERT BEFORE .text;\n")


main(*sys.argv[1:])
