#define _GNU_SOURCE
#include "platform_system.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

int platform_working_directory(void) { return AT_FDCWD; }

// MARK: - The arguments of the process

static int argument_count;
static char *const *arguments;

// glibc hands an initialiser what it hands to main.
__attribute__((constructor)) static void keep_arguments(int count, char **words) {
  argument_count = count;
  arguments = words;
}

int platform_argument_count(void) { return argument_count; }
char *const *platform_arguments(void) { return arguments; }

// MARK: - The umask, one for each thread

// This thread's umask, or -1 where it was not asked for yet.
static _Thread_local int thread_umask = -1;
static _Thread_local bool has_own_umask;

static bool is_main_thread(void) {
  static _Thread_local signed char answer = -1;
  if (answer < 0) answer = getpid() == (pid_t)syscall(SYS_gettid);
  return answer;
}

unsigned platform_umask(void) {
  if (thread_umask < 0) {
    mode_t found = umask(077);
    umask(found);
    thread_umask = (int)found;
  }
  return (unsigned)thread_umask;
}

void platform_set_umask(unsigned mask) {
  umask((mode_t)mask);
  thread_umask = (int)mask;
}

// Makes `mask` this thread's umask and returns `mode` as it must be handed to the kernel.
static unsigned adopt_umask(unsigned mode, unsigned mask) {
  if (thread_umask == (int)mask && (has_own_umask || is_main_thread())) return mode;
  if (!has_own_umask && !is_main_thread()) {
    // Where a sandbox forbids this, the mask is applied by hand: right but for default access control lists.
    if (unshare(CLONE_FS) != 0) return mode & ~mask;
    has_own_umask = true;
  }
  platform_set_umask(mask);
  return mode;
}

int platform_open(int directory, const char *path, int flags, unsigned mode, unsigned mask) {
  if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) mode = adopt_umask(mode, mask);
  return openat(directory, path, flags | O_CLOEXEC | O_NOCTTY, mode);
}

int platform_open_path_flag(void) { return O_PATH; }

int platform_open_temporary_flag(void) { return O_TMPFILE; }

int platform_make_fifo(int directory, const char *path, unsigned mode, unsigned mask) {
  return mkfifoat(directory, path, adopt_umask(mode, mask));
}

// MARK: - Descriptors

int platform_duplicate(int descriptor, int minimum) { return fcntl(descriptor, F_DUPFD_CLOEXEC, minimum); }

int platform_duplicate_onto(int descriptor, int target) { return dup3(descriptor, target, O_CLOEXEC); }

int platform_descriptor_flags(int descriptor) { return fcntl(descriptor, F_GETFD); }

int platform_set_close_on_exec(int descriptor, bool is_set) {
  return fcntl(descriptor, F_SETFD, is_set ? FD_CLOEXEC : 0);
}

int platform_status_flags(int descriptor) { return fcntl(descriptor, F_GETFL); }

int platform_set_status_flags(int descriptor, int flags) { return fcntl(descriptor, F_SETFL, flags); }

int platform_pipe(int ends[2], int flags) { return pipe2(ends, flags | O_CLOEXEC); }

int platform_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int platform_event_counter(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

ssize_t platform_tee(int from, int to, size_t count) { return tee(from, to, count, SPLICE_F_NONBLOCK); }

int platform_readable_bytes(int descriptor) {
  int count = 0;
  return ioctl(descriptor, FIONREAD, &count) == 0 ? count : -1;
}

// MARK: - Processes and files

int platform_wait(int process, int options, int *status, struct rusage *usage) {
  return wait4(process, status, options, usage);
}

int platform_access(int directory, const char *path, int mode) {
  return faccessat(directory, path, mode, AT_EACCESS);
}

char *const *platform_environment(void) { return environ; }

const char *platform_entry_name(const struct dirent *entry) { return entry->d_name; }

const char *platform_error_text(int error) { return strerrordesc_np(error); }

int platform_character_width(uint32_t character) { return wcwidth((wchar_t)character); }

int platform_is_character(uint32_t character, const char *character_class) {
  wctype_t type = wctype(character_class);
  if (type == 0) return -1;
  return iswctype((wint_t)character, type) != 0;
}

int platform_get_limit(int resource, uint64_t *soft, uint64_t *hard) {
  struct rlimit limit;
  if (getrlimit((__rlimit_resource_t)resource, &limit) != 0) return -1;
  *soft = limit.rlim_cur;
  *hard = limit.rlim_max;
  return 0;
}

int platform_set_limit(int resource, uint64_t soft, uint64_t hard) {
  struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
  return setrlimit((__rlimit_resource_t)resource, &limit);
}

// MARK: - Terminals

int platform_window_size(int terminal, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(terminal, TIOCGWINSZ, &size) != 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

int platform_set_window_size(int terminal, int columns, int rows) {
  struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
  return ioctl(terminal, TIOCSWINSZ, &size);
}

int platform_set_foreground_group(int terminal, int group) {
  sigset_t block, before;
  sigemptyset(&block);
  sigaddset(&block, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &block, &before);
  int result = tcsetpgrp(terminal, group);
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, 0);
  errno = error;
  return result;
}

int platform_open_pseudo_terminal(int *controller, int *terminal) {
  *controller = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (*controller < 0) return -1;
  *terminal = -1;
  if (grantpt(*controller) == 0 && unlockpt(*controller) == 0)
    *terminal = ioctl(*controller, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (*terminal >= 0) return 0;
  int error = errno;
  close(*controller);
  errno = error;
  return -1;
}

int platform_accept_interruption(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  pthread_sigmask(SIG_UNBLOCK, &set, 0);
  return (int)syscall(SYS_gettid);
}

void platform_interrupt_thread(int thread) {
  syscall(SYS_tgkill, getpid(), thread, SIGCHLD);
  sched_yield();
}
