// System calls that Swift cannot import (variadic, macros, extensions), as plain functions.
//
// Each returns what the system call returns, with `errno` set on -1.
#ifndef PLATFORM_SYSTEM_H
#define PLATFORM_SYSTEM_H

#include <dirent.h>
#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/// Stands for the working directory where a directory descriptor is asked for.
int platform_working_directory(void);

/// Makes the calling thread's stack, which must be the process's first one, so large that `size` bytes more can be used;
/// the process's limit stays as it is. Nothing is used until it is written to. -1 where that cannot be; then the stack is
/// what it was.
int platform_reserve_stack(size_t size);

/// `openat`; always close-on-exec and without becoming the controlling terminal. `umask` counts for a created file.
///
/// The kernel applies a thread's umask only where a directory has no default access control list, so the mask must
/// be the thread's own at that moment: a worker thread stops sharing it with the others the first time.
int platform_open(int directory, const char *path, int flags, unsigned mode, int umask);

/// `O_PATH`: an open that only names the file.
int platform_open_path_flag(void);
/// `O_TMPFILE`: an open that makes a file without a name in a directory.
int platform_open_temporary_flag(void);

/// `mkfifoat`, with `umask` as in `platform_open`.
int platform_make_fifo(int directory, const char *path, unsigned mode, int umask);

/// The calling thread's umask; -1 where the kernel does not tell, as in a sandbox.
int platform_umask(void);
/// Makes `umask` the calling thread's own, or leaves that to the files it creates where the thread must share its own
/// with others. Returns 0, or -1 with errno where the kernel refuses it.
int platform_set_umask(unsigned umask);

/// A close-on-exec duplicate with the lowest free number that is at least `minimum`.
int platform_duplicate(int descriptor, int minimum);
/// `dup3`: `target` becomes a close-on-exec duplicate.
int platform_duplicate_onto(int descriptor, int target);
int platform_descriptor_flags(int descriptor);
int platform_set_close_on_exec(int descriptor, bool is_set);
/// The numbers below `PLATFORM_DESCRIPTOR_LIMIT` that are open: number n is bit n % 64 of word n / 64.
void platform_open_descriptors(uint64_t *set);
int platform_status_flags(int descriptor);
int platform_set_status_flags(int descriptor, int flags);
/// A close-on-exec pipe: `ends[0]` reads, `ends[1]` writes.
int platform_pipe(int ends[2], int flags);
/// A close-on-exec file in memory.
int platform_memory_file(const char *name);
/// A close-on-exec event counter that does not block.
int platform_event_counter(void);
/// `tee`, without blocking.
ssize_t platform_tee(int from, int to, size_t count);
/// `read` that fails with EAGAIN in place of waiting.
ssize_t platform_read_without_waiting(int descriptor, void *buffer, size_t count);
/// How many bytes can be read at once, or -1.
int platform_readable_bytes(int descriptor);

/// This process's ID, also where the kernel refuses `getpid`; -1 where it tells in no way.
int platform_process_id(void);
/// The ID of this process's parent, or -1.
int platform_parent_id(void);
/// This process's group; 0 for one outside this process's PID namespace, or -1 where the kernel does not tell.
int platform_process_group(void);

/// `wait4`, or `waitid` where the kernel refuses that.
int platform_wait(int process, int options, int *status, struct rusage *usage);

// Takes the report that a child goes on after a stop, and no other one; false where there is none.
bool platform_take_continuation(int process);

/// `faccessat` with the effective IDs.
int platform_access(int directory, const char *path, int mode);

/// The command line of this process: `platform_argument_count()` words.
///
/// Swift's own `CommandLine` reads `/proc/self/maps` before `main` to find them.
int platform_argument_count(void);
char *const *platform_arguments(void);
/// The environment this process was given.
char *const *platform_environment(void);

/// The name in a directory entry.
const char *platform_entry_name(const struct dirent *entry);

/// What an error number means, never translated; null for an unknown one.
const char *platform_error_text(int error);

/// `wcwidth`.
int platform_character_width(uint32_t character);
/// 1 or 0, or -1 where the locale has no such class.
int platform_is_character(uint32_t character, const char *character_class);

int platform_get_limit(int resource, uint64_t *soft, uint64_t *hard);
int platform_set_limit(int resource, uint64_t soft, uint64_t hard);

int platform_window_size(int terminal, int *columns, int *rows);
int platform_set_window_size(int terminal, int columns, int rows);

/// `tcsetpgrp`, also from a background process group: SIGTTOU is blocked meanwhile.
int platform_set_foreground_group(int terminal, int group);

/// Both ends of a new pseudo-terminal, close-on-exec.
int platform_open_pseudo_terminal(int *controller, int *terminal);

/// Lets `platform_interrupt_thread` interrupt what the calling thread waits for in the kernel; returns its number.
int platform_accept_interruption(void);

/// Interrupts a thread of this process by SIGCHLD, whose handler only has its owner look at the children, and lets it
/// run.
void platform_interrupt_thread(int thread);

#endif
