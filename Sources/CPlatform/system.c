#define _GNU_SOURCE
#include "platform_system.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#include "platform_spawn.h"

int platform_working_directory(void) { return AT_FDCWD; }

// MARK: - The stack

// The kernel makes the stack larger when something below it is written to, also by a system call, which fails where that
// cannot be: under valgrind, whose stacks do not grow so, the program's own write would end it.
static int grow_stack(uintptr_t to) {
  return (int)syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, (void *)to, sizeof(uint64_t));
}

int platform_reserve_stack(size_t size) {
  // The kernel keeps so much free below the stack, and would end the process if anything else stood there. A mapping of
  // the same size shows whether the room and the memory are there: limits of the address space count both.
  const size_t guard = 1 << 20;
  uintptr_t here = (uintptr_t)__builtin_frame_address(0) & ~(uintptr_t)0xfff;
  void *wanted = (void *)(here - guard - size);
  void *room = mmap(wanted, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (room == MAP_FAILED) return -1;
  munmap(room, size);
  // Linux before 4.17 does not know MAP_FIXED_NOREPLACE, and maps elsewhere what does not fit there.
  if (room != wanted) return -1;

  struct rlimit before;
  if (getrlimit(RLIMIT_STACK, &before) != 0) return -1;
  // The arguments and the environment, which stand above, count too.
  struct rlimit raised = {.rlim_cur = 2 * size, .rlim_max = before.rlim_max};
  if (before.rlim_max < raised.rlim_cur) return -1;
  if (before.rlim_cur < raised.rlim_cur && setrlimit(RLIMIT_STACK, &raised) != 0) return -1;
  int result = grow_stack(here - size);
  if (before.rlim_cur < raised.rlim_cur) setrlimit(RLIMIT_STACK, &before);
  return result;
}

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

// MARK: - Numbers of processes

// In a sandbox each of these can be refused, and what the C library hands on then is no process: `kill` would take -1 for
// every process there is.
static int checked_id(long id) { return id > 0 ? (int)id : -1; }

static int id_of_link(const char *path) {
  char text[32];
  ssize_t count = readlink(path, text, sizeof text - 1);
  if (count <= 0) return -1;
  text[count] = 0;
  return checked_id(strtol(text, 0, 10));
}

int platform_process_id(void) {
  int id = checked_id(getpid());
  return id > 0 ? id : id_of_link("/proc/self");
}

int platform_parent_id(void) {
  // 0 for a parent outside this process's PID namespace.
  long id = syscall(SYS_getppid);
  return id >= 0 ? (int)id : -1;
}

int platform_process_group(void) {
  // 0 for a group outside this process's PID namespace.
  int id = getpgrp();
  return id >= 0 ? id : (int)syscall(SYS_getpgid, 0);
}

// MARK: - The umask, one for each thread

// This thread's umask, or -1 where it was not asked for yet or is unknown.
static _Thread_local int thread_umask = -1;
static _Thread_local bool has_own_umask;

static bool is_main_thread(void) {
  static _Thread_local signed char answer = -1;
  if (answer < 0) answer = platform_process_id() == (int)syscall(SYS_gettid);
  return answer;
}

// What the kernel writes about this thread where a sandbox refuses `umask`; -1 if it does not.
static int umask_of_status(void) {
  int descriptor = open("/proc/thread-self/status", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return -1;
  char text[4096];
  ssize_t count = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  text[count < 0 ? 0 : count] = 0;
  const char *line = strstr(text, "\nUmask:");
  if (!line) return -1;
  char *end;
  unsigned long mask = strtoul(line + sizeof "\nUmask:" - 1, &end, 8);
  return *end == '\n' && mask <= 0777 ? (int)mask : -1;
}

// By the raw call, since a refusal is no mask: -1 with errno.
static int exchange_umask(unsigned mask) { return (int)syscall(SYS_umask, mask); }

int platform_umask(void) {
  if (thread_umask < 0) {
    thread_umask = exchange_umask(077);
    if (thread_umask < 0) thread_umask = umask_of_status();
    else exchange_umask((unsigned)thread_umask);
  }
  return thread_umask;
}

// Whether this thread shares its umask with no other; the main thread's is the process's.
static bool has_umask_to_itself(void) {
  if (!has_own_umask) has_own_umask = is_main_thread() || unshare(CLONE_FS) == 0;
  return has_own_umask;
}

int platform_set_umask(unsigned mask) {
  if (!has_umask_to_itself() || thread_umask == (int)mask) return 0;
  if (exchange_umask(mask) < 0) return -1;
  thread_umask = (int)mask;
  return 0;
}

// Makes `mask` this thread's umask and returns `mode` as it must be handed to the kernel. Where a sandbox forbids that,
// the mask is applied by hand: right but for default access control lists.
static unsigned adopt_umask(unsigned mode, unsigned mask) {
  bool is_adopted = has_umask_to_itself() && platform_set_umask(mask) == 0;
  return is_adopted ? mode : mode & ~mask;
}

int platform_open(int directory, const char *path, int flags, unsigned mode, int mask) {
  if (mask >= 0 && (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE)) mode = adopt_umask(mode, (unsigned)mask);
  return openat(directory, path, flags | O_CLOEXEC | O_NOCTTY, mode);
}

int platform_open_path_flag(void) { return O_PATH; }

int platform_open_temporary_flag(void) { return O_TMPFILE; }

int platform_make_fifo(int directory, const char *path, unsigned mode, int mask) {
  return mkfifoat(directory, path, mask >= 0 ? adopt_umask(mode, (unsigned)mask) : mode);
}

// MARK: - Descriptors

int platform_duplicate(int descriptor, int minimum) { return fcntl(descriptor, F_DUPFD_CLOEXEC, minimum); }

int platform_duplicate_onto(int descriptor, int target) { return dup3(descriptor, target, O_CLOEXEC); }

int platform_descriptor_flags(int descriptor) { return fcntl(descriptor, F_GETFD); }

int platform_set_close_on_exec(int descriptor, bool is_set) {
  return fcntl(descriptor, F_SETFD, is_set ? FD_CLOEXEC : 0);
}

static void insert(uint64_t *set, int number) { set[number / 64] |= UINT64_C(1) << number % 64; }

// Inserts the numbers below 64 that are open, by one call, and returns how many. The kernel passes over what was opened
// by O_PATH.
static int insert_polled(uint64_t *set) {
  struct pollfd entries[64];
  for (int i = 0; i < 64; i++) entries[i] = (struct pollfd){.fd = i};
  if (poll(entries, 64, 0) < 0) return 0;
  int found = 0;
  for (int i = 0; i < 64; i++) {
    if (entries[i].revents & POLLNVAL) continue;
    insert(set, i);
    found++;
  }
  return found;
}

// Inserts the numbers that the kernel lists.
static bool insert_listed(uint64_t *set) {
  DIR *folder = opendir("/proc/self/fd");
  if (!folder) return false;
  for (struct dirent *entry; (entry = readdir(folder));) {
    char *end;
    long number = strtol(entry->d_name, &end, 10);
    bool is_number = end != entry->d_name && *end == 0;
    if (is_number && number < PLATFORM_DESCRIPTOR_LIMIT && number != dirfd(folder)) insert(set, (int)number);
  }
  closedir(folder);
  return true;
}

void platform_open_descriptors(uint64_t set[PLATFORM_DESCRIPTOR_LIMIT / 64]) {
  memset(set, 0, PLATFORM_DESCRIPTOR_LIMIT / 8);
  // Since Linux 6.2 the size is how many are open. Most processes have all of them below 64, which two calls tell.
  struct stat folder;
  int total = stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0 ? (int)folder.st_size : -1;
  if (insert_polled(set) == total || insert_listed(set)) return;
  for (int number = 0; number < PLATFORM_DESCRIPTOR_LIMIT; number++)
    if (fcntl(number, F_GETFD) >= 0) insert(set, number);
}

int platform_status_flags(int descriptor) { return fcntl(descriptor, F_GETFL); }

int platform_set_status_flags(int descriptor, int flags) { return fcntl(descriptor, F_SETFL, flags); }

int platform_pipe(int ends[2], int flags) { return pipe2(ends, flags | O_CLOEXEC); }

int platform_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int platform_event_counter(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

ssize_t platform_tee(int from, int to, size_t count) { return tee(from, to, count, SPLICE_F_NONBLOCK); }

ssize_t platform_read_without_waiting(int descriptor, void *buffer, size_t count) {
  struct iovec part = {buffer, count};
  return preadv2(descriptor, &part, 1, -1, RWF_NOWAIT);
}

int platform_readable_bytes(int descriptor) {
  int count = 0;
  return ioctl(descriptor, FIONREAD, &count) == 0 ? count : -1;
}

// MARK: - Processes and files

// The status that `wait4` stores for the same change.
static int wait_status(const siginfo_t *change) {
  switch (change->si_code) {
    case CLD_EXITED: return W_EXITCODE(change->si_status & 0xff, 0);
    case CLD_DUMPED: return change->si_status | WCOREFLAG;
    case CLD_STOPPED: return W_STOPCODE(change->si_status);
    case CLD_CONTINUED: return 0xffff;
    default: return change->si_status;
  }
}

int platform_wait(int process, int options, int *status, struct rusage *usage) {
  int found = wait4(process, status, options, usage);
  if (found >= 0 || (errno != EPERM && errno != ENOSYS)) return found;
  // In a sandbox that refuses it.
  siginfo_t change = {0};
  int waitid_options = WEXITED | (options & (WNOHANG | WCONTINUED)) | (options & WUNTRACED ? WSTOPPED : 0);
  if (syscall(SYS_waitid, process < 0 ? P_ALL : P_PID, process < 0 ? 0 : process, &change, waitid_options, usage) != 0)
    return -1;
  if (change.si_pid > 0) *status = wait_status(&change);
  return change.si_pid;
}

bool platform_take_continuation(int process) {
  siginfo_t change = {0};
  return waitid(P_PID, (id_t)process, &change, WCONTINUED | WNOHANG) == 0 && change.si_pid == process;
}

int platform_access(int directory, const char *path, int mode) {
  int result = faccessat(directory, path, mode, AT_EACCESS);
  // Sandboxes that are older than `faccessat2` refuse it with this error, which the C library does not expect.
  if (result == 0 || errno != EPERM || geteuid() != getuid() || getegid() != getgid()) return result;
  return faccessat(directory, path, mode, 0);
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
  syscall(SYS_tgkill, platform_process_id(), thread, SIGCHLD);
  sched_yield();
}
