// What the test harness needs of the C library and Swift does not import: extensions of POSIX.
#pragma once

#include <spawn.h>
#include <stddef.h>
#include <sys/types.h>

/// Opens a new pseudo-terminal, close-on-exec and non-blocking, and writes its slave's path.
/// Returns the descriptor, or -1 with errno.
int testOpenTerminal(char *path, size_t size);

/// Starts a process as the leader of a new session, with default signals, in `directory` (may be NULL).
/// `descriptors[n]` becomes its descriptor n: -1 opens `terminal` there, -2 leaves it closed. Nothing else is
/// inherited. Returns 0 or the error number.
int testSpawn(pid_t *process, char *const arguments[], char *const environment[], const char *directory,
              const char *terminal, const int *descriptors, int count);

/// A descriptor that becomes readable when the process ends, close-on-exec; -1 with errno.
int testProcessDescriptor(pid_t process);

/// Gives the calling thread a umask of its own, 022, which is what it starts has too. Returns 0, or -1 with errno.
int testSeparateThread(void);

/// A pipe whose ends are close-on-exec. Returns 0, or -1 with errno.
int testPipe(int ends[2]);

/// A file without a name in `directory`, for appending and reading, close-on-exec; -1 with errno.
int testUnnamedFile(const char *directory);

/// From here on a descendant of this process that loses its parent becomes a child of this process. Returns 0, or -1
/// with errno.
int testAdoptOrphans(void);
/// The names of the system calls that `testRefuseSystemCall` knows, from 0 on; NULL behind the last one.
const char *testSystemCallName(int index);

/// From now on the kernel answers one system call of this process, and of all that it becomes and starts, with `error`.
/// Returns 0, or -1 with errno.
int testRefuseSystemCall(const char *name, int error);

/// From now on the kernel refuses signals of this process, and of all that it becomes and starts, to every process, to
/// the parent and to what has a number that no descendant can have. Returns 0, or -1 with errno.
int testKeepSignalsToDescendants(void);
