#define _GNU_SOURCE
#include "platform_successor.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform_faults.h"
#include "raw_call.h"

// Enough to start a thread from.
#define TOTAL_BYTES (64 * 1024)

struct platform_successor {
  int process;
  // Not 0 while the memory belongs to the predecessor; then the kernel clears it.
  uint32_t predecessor;
  void (*body)(void *);
  void *argument;
  uint64_t signal_mask;
};

// MARK: - In the successor

static void *run(void *argument) {
  struct platform_successor *self = argument;
  platform_restore_signal_mask(self->signal_mask);
  self->body(self->argument);
  _exit(0);
}

// Until the predecessor has gone, this shares the thread-local storage of its main thread with it, and calls nothing of
// the C library. Then that storage is this process's alone. All that is remembered there (a lock's owner, the thread that
// drives a loop) is of a thread that has gone, so what follows runs on a new one.
IN_CHILD static int wait_and_run(void *argument) {
  struct platform_successor *self = argument;
  call(SYS_setpgid, 0, 0, 0, 0);
  uint32_t predecessor;
  while ((predecessor = __atomic_load_n(&self->predecessor, __ATOMIC_ACQUIRE)) != 0)
    call(SYS_futex, (long)&self->predecessor, FUTEX_WAIT, predecessor, 0);
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, self) != 0) _exit(1);
  // All signals are blocked here, and not there.
  while (1) call(SYS_ppoll, 0, 0, 0, 0);
}

// MARK: - In this process

struct platform_successor *platform_start_successor(void (*body)(void *), void *argument, int *error) {
  *error = CAN_STAND_IN ? PLATFORM_FAULT(PLATFORM_CALL_SUCCESSOR) : ENOSYS;
  if (*error) return NULL;
  char *memory = mmap(NULL, TOTAL_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    *error = errno;
    return NULL;
  }
  struct platform_successor *made = (struct platform_successor *)memory;
  made->predecessor = 1;
  made->body = body;
  made->argument = argument;
  made->signal_mask = platform_block_all_signals();
  made->process = clone_child(wait_and_run, memory + TOTAL_BYTES, CLONE_VM | CLONE_FILES | SIGCHLD, made);
  *error = made->process < 0 ? errno : 0;
  // The kernel clears the word when this thread gives up its memory, by exec too. The C library's word for that only
  // serves threads that join this one.
  if (!*error) syscall(SYS_set_tid_address, &made->predecessor);
  platform_restore_signal_mask(made->signal_mask);
  if (*error) {
    munmap(memory, TOTAL_BYTES);
    return NULL;
  }
  // Also here: the end of a session's leader sends SIGHUP to its group, and may come before the other one runs.
  setpgid(made->process, made->process);
  return made;
}

int platform_successor_process(const struct platform_successor *successor) { return successor->process; }

void platform_cancel_successor(struct platform_successor *successor) {
  static uint32_t unused;
  syscall(SYS_set_tid_address, &unused);
  kill(successor->process, SIGKILL);
  while (waitpid(successor->process, NULL, 0) < 0 && errno == EINTR) {}
  munmap(successor, TOTAL_BYTES);
}

int platform_unshare_descriptors(void) { return unshare(CLONE_FILES); }

// MARK: - Processes that are no children

int platform_open_process(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

// Of Linux 6.15, in its first size: <linux/pidfd.h> of the C library may be older.
struct process_information {
  uint64_t mask;
  uint64_t control_group;
  uint32_t ids[11];
  int32_t exit_code;
};
#define GET_PROCESS_INFORMATION _IOWR(0xff, 11, struct process_information)
#define HAS_EXIT_CODE (UINT64_C(1) << 3)

int platform_status_of_process(int descriptor) {
  struct process_information information = {.mask = HAS_EXIT_CODE};
  if (ioctl(descriptor, GET_PROCESS_INFORMATION, &information) != 0) return -1;
  return information.mask & HAS_EXIT_CODE ? information.exit_code : -1;
}

int platform_open_signals(void) {
  // With the two of the C library, which `sigfillset` would leave out.
  uint64_t mask = ~UINT64_C(0);
  return (int)syscall(SYS_signalfd4, -1, &mask, sizeof mask, SFD_CLOEXEC | SFD_NONBLOCK);
}
