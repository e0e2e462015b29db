#!/usr/bin/env python3
"""Writes the linker script that puts side by side what `meanwhile -c :` executes, and behind it what a script does.

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


# What few scripts do without, and a process that ends on its own.
SCRIPT = """
x=1; echo "$x" ${#x} $((x + 1)) ${x%1} ${x:-2} >/dev/null
f() { [ "$1" = a ] && return 1; case $1 in a*) ;; *) : ;; esac; }
for i in a b; do f $i || f b; done
while [ "$x" -lt 3 ]; do x=$(echo $((x + 1))); done
if test -d / -a -x /; then cd /; fi
export x; set -- a b; shift; printf '%s\n' "$@" | { read -r y; echo $y; } >/dev/null
cat <<end | grep -q 3 && kill -0 $$
$x
end
( x=2 ); sleep 0 & wait; trap : EXIT; /bin/true; eval 'exit 0'
"""


def executed(program, script):
    """The addresses of the instructions that a script executes."""
    with tempfile.TemporaryDirectory() as directory:
        plain = os.path.join(directory, "meanwhile")
        profile = os.path.join(directory, "profile")
        # Valgrind does not understand all that is in the debugging information.
        subprocess.run(["strip", "--strip-debug", "-o", plain, program], check=True)
        options = ["--tool=callgrind", "--dump-instr=yes", "--callgrind-out-file=" + profile]
        subprocess.run(["valgrind", *options, plain, "-c", script], check=True, capture_output=True)
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


def patterns(program, script, all_sections):
    """What the linker script says of the sections that a script of the shell executes."""
    starts = [section[0] for section in all_sections]
    lines = set()
    for address in executed(program, script):
        index = bisect.bisect_right(starts, address) - 1
        if index < 0:
            continue
        start, size, file, section = all_sections[index]
        if address < start + size <= start + LARGEST and " " not in file:
            lines.add(f"    {pattern(file, section)}\n")
    return lines


def main(program, map_path, script):
    all_sections = sections(map_path)
    start = patterns(program, ":", all_sections)
    common = patterns(program, SCRIPT, all_sections) - start
    with open(script, "w") as output:
        output.write("/* Made by `make layout`; Docs/Decisions/StartLayout.md. */\nSECTIONS {\n  /DISCARD/ : {\n")
        output.write("".join(f"    *{name}(.init_array)\n" for name in NEEDLESS))
        for name, lines in ((".text.start", start), (".text.common", common)):
            output.write("  }\n  " + name + " : {\n" + "".join(sorted(lines)))
        output.write("  }\n}\nINSERT BEFORE .text;\n")


main(*sys.argv[1:])
