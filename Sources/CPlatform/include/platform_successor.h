// A successor: a process that goes on with this process's memory and descriptors when this process has ended, or has
// become another program. It shares both and copies nothing.
#ifndef PLATFORM_SUCCESSOR_H
#define PLATFORM_SUCCESSOR_H

#include <stdint.h>

struct platform_successor;

/// Starts one, which leads a process group of its own and does nothing until this process has given up its memory. Then
/// it calls `body` on a thread of its own, and ends with status 0 when that returns. `NULL` with the error number in
/// `error`. Only on the main thread.
struct platform_successor *platform_start_successor(void (*body)(void *), void *argument, int *error);

/// Its process ID.
int platform_successor_process(const struct platform_successor *successor);

/// Ends it while this process still lives, and frees it.
void platform_cancel_successor(struct platform_successor *successor);

/// Gives this process a table of descriptors of its own; -1 with errno.
int platform_unshare_descriptors(void);

// MARK: - Processes that are no children

/// A descriptor that is readable when the process has ended; -1 with errno.
int platform_open_process(int process);

/// What `wait` would have said of a process that has ended and was reaped by another one; -1 where the kernel does not
/// say (before Linux 6.15).
int platform_status_of_process(int descriptor);

/// A descriptor from which every process that has it reads the signals that it blocks itself; -1 with errno.
int platform_open_signals(void);

#endif
