#define _GNU_SOURCE
#include "platform_stand_in.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "platform_faults.h"
#include "platform_signals.h"
#include "platform_system.h"
#include "raw_call.h"
#include "stand_in.h"

// The lowest part is a guard, where pages are that small.
#define GUARD_BYTES 4096
#define TOTAL_BYTES 16384

// From kernel 6.13 on. A guard by `mprotect` would be a mapping of its own, and at the end of each stand-in the kernel
// walks over all mappings of its memory.
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

enum { ENDING = 1 << 16, BY_SIGNAL = 1 << 8 };

// MARK: - In the stand-in

// It shares the thread-local storage of the thread that made it, `errno` with it, and runs at the same time. So it makes
// system calls by itself, and calls no function of the C library.

#define BIT(signal) (UINT64_C(1) << ((signal) - 1))
#define STOPS (BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))
// What ends a process with a dump of its memory, which is this process's.
#define DUMPS                                                                                                       \
  (BIT(SIGQUIT) | BIT(SIGILL) | BIT(SIGTRAP) | BIT(SIGABRT) | BIT(SIGBUS) | BIT(SIGFPE) | BIT(SIGSEGV)              \
   | BIT(SIGXCPU) | BIT(SIGXFSZ) | BIT(SIGSYS))

enum { IS_LISTED = 1, IS_FREED = 2 };

// The stand-ins that have news, each once, the latest first.
static struct platform_stand_in *with_news;

// Has this process look at the stand-in.
IN_CHILD static void announce(struct platform_stand_in *self) {
  // What is listed already is looked at after that, so also at what was noted just now.
  if (!(__atomic_fetch_or(&self->listing, IS_LISTED, __ATOMIC_ACQ_REL) & IS_LISTED)) {
    self->next = __atomic_load_n(&with_news, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&with_news, &self->next, self, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
    }
  }
  __atomic_fetch_or(&platform_pending_signals, BIT(PLATFORM_STAND_IN_SIGNAL), __ATOMIC_ACQ_REL);
  int descriptor = platform_signal_wake_descriptor();
  uint64_t one = 1;
  if (descriptor >= 0) call(SYS_write, descriptor, (long)&one, sizeof one, 0);
}

// As the kernel does it with pending signals: a continuation takes stops away, and the other way round.
IN_CHILD static void note(struct platform_stand_in *self, int signal) {
  uint64_t replaced = signal == SIGCONT ? STOPS : BIT(signal) & STOPS ? BIT(SIGCONT) : 0;
  if (replaced) __atomic_fetch_and(&self->received, ~replaced, __ATOMIC_ACQ_REL);
  __atomic_fetch_or(&self->received, BIT(signal), __ATOMIC_ACQ_REL);
  announce(self);
}

// The kernel gives the signal of the lowest number first, and the one that asks has a higher number than all that are
// sent by the terminal: they are noted by now.
IN_CHILD static void answer(struct platform_stand_in *self) {
  uint32_t asked = __atomic_load_n(&self->asked, __ATOMIC_ACQUIRE);
  if (asked == self->answered) return;
  __atomic_store_n(&self->answered, asked, __ATOMIC_RELEASE);
  call(SYS_futex, (long)&self->answered, FUTEX_WAKE, 1, 0);
}

IN_CHILD static void end(uint32_t ending) {
  int number = ending & 0xff;
  // A dump would stop or end this process too on kernels before 5.16; there the status says it, as in shells.
  if (ending & BY_SIGNAL && !(BIT(number) & DUMPS)) {
    struct {
      void *handler;
      unsigned long flags;
      void *restorer;
      uint64_t mask;
    } by_default = {0};
    uint64_t none = 0;
    call(SYS_rt_sigaction, number, (long)&by_default, 0, sizeof none);
    call(SYS_kill, call(SYS_getpid, 0, 0, 0, 0), number, 0, 0);
    call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof none);
  }
  call(SYS_exit_group, ending & BY_SIGNAL ? 128 + number : number, 0, 0, 0);
}

IN_CHILD static void die_with_parent(struct platform_stand_in *self) {
  call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
  // The parent may have ended before that.
  if (call(SYS_getppid, 0, 0, 0, 0) != self->parent) call(SYS_exit_group, 0, 0, 0, 0);
}

IN_CHILD static void follow_keeping(struct platform_stand_in *self) {
  uint32_t keeping = __atomic_load_n(&self->keeping, __ATOMIC_ACQUIRE);
  if (keeping == self->kept) return;
  if (keeping)
    call(SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0);
  else
    die_with_parent(self);
  __atomic_store_n(&self->kept, keeping, __ATOMIC_RELEASE);
  call(SYS_futex, (long)&self->kept, FUTEX_WAKE, 1, 0);
}

struct received_signal {
  int number;
  // What the kernel says of where it comes from.
  int code;
  int sender;
};

// Waits for the next signal, or, with a limit of no time, looks for one.
IN_CHILD static struct received_signal next_signal(const struct timespec *limit) {
  uint64_t all = ~UINT64_C(0);
  siginfo_t information;
  information.si_code = 0;
  information.si_pid = 0;
  long signal = call(SYS_rt_sigtimedwait, (long)&all, (long)&information, (long)limit, sizeof all);
  return (struct received_signal){(int)signal, information.si_code, information.si_pid};
}

// The next signal of one that has outlived its parent: the death of its keeper must end it, and no signal tells that.
IN_CHILD static struct received_signal next_signal_of_kept(struct platform_stand_in *self) {
  struct pollfd files[2] = {{.fd = self->signals, .events = POLLIN}, {.fd = self->keeper, .events = POLLIN}};
  call(SYS_ppoll, (long)files, 2, 0, 0);
  struct signalfd_siginfo information;
  if (call(SYS_read, self->signals, (long)&information, sizeof information, 0) == sizeof information)
    return (struct received_signal){(int)information.ssi_signo, information.ssi_code, (int)information.ssi_pid};
  // A keeper that was cancelled has ended too.
  if (files[1].revents && __atomic_load_n(&self->keeping, __ATOMIC_ACQUIRE)) call(SYS_exit_group, 0, 0, 0, 0);
  return (struct received_signal){0, 0, 0};
}

IN_CHILD static void receive(struct platform_stand_in *self, struct received_signal signal) {
  // Interrupted, as by a stop and a continuation.
  if (signal.number <= 0 || signal.number == WAKE_SIGNAL || signal.number == SIGKILL) return;
  bool is_of_child = signal.number == SIGCHLD && signal.code > 0 && signal.code != SI_KERNEL;
  // What its shell sends, the shell acts on by itself.
  bool is_of_shell = signal.code <= 0 && signal.sender == self->owner;
  if (is_of_child || is_of_shell) return;
  if (signal.code == SI_KERNEL) __atomic_store_n(&self->is_of_terminal, 1, __ATOMIC_RELEASE);
  note(self, signal.number);
}

// What a child has sent is noted before its end is told, although the kernel gives the signal of the lowest number
// first, and SIGCHLD is not the highest.
IN_CHILD static void look_at_children(struct platform_stand_in *self) {
  static const struct timespec no_time;
  struct received_signal signal;
  while ((signal = next_signal(&no_time)).number > 0) receive(self, signal);
  if (stand_in_reap(self)) announce(self);
  answer(self);
}

IN_CHILD static int stand_in(void *argument) {
  struct platform_stand_in *self = argument;
  die_with_parent(self);
  if (self->group >= 0) call(SYS_setpgid, 0, self->group, 0, 0);
  while (1) {
    stand_in_start_child(self);
    struct received_signal signal = self->kept ? next_signal_of_kept(self) : next_signal(NULL);
    receive(self, signal);
    if (signal.number == SIGCHLD || signal.number == WAKE_SIGNAL) look_at_children(self);
    uint32_t ending = __atomic_load_n(&self->ending, __ATOMIC_ACQUIRE);
    if (ending) end(ending);
    follow_keeping(self);
  }
}

// MARK: - In this process

// The memory of stand-ins that have ended, for the next ones: to map it and touch it costs as much as the process.
static void *unused_memory[8];

static void *take_memory(int *error) {
  for (size_t i = 0; i < sizeof unused_memory / sizeof *unused_memory; i++) {
    void *found = __atomic_exchange_n(&unused_memory[i], NULL, __ATOMIC_ACQ_REL);
    if (found) return found;
  }
  void *memory = mmap(NULL, TOTAL_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    *error = errno;
    return NULL;
  }
  if (sysconf(_SC_PAGESIZE) == GUARD_BYTES) madvise(memory, GUARD_BYTES, MADV_GUARD_INSTALL);
  return memory;
}

static void give_memory_back(void *memory) {
  for (size_t i = 0; i < sizeof unused_memory / sizeof *unused_memory; i++) {
    void *none = NULL;
    if (__atomic_compare_exchange_n(&unused_memory[i], &none, memory, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
      return;
  }
  munmap(memory, TOTAL_BYTES);
}

struct platform_stand_in *platform_start_stand_in(int group, int *error) {
  *error = CAN_STAND_IN ? PLATFORM_FAULT(PLATFORM_CALL_STAND_IN) : ENOSYS;
  if (*error) return NULL;
  char *memory = take_memory(error);
  if (!memory) return NULL;
  size_t top = (TOTAL_BYTES - sizeof(struct platform_stand_in)) / 16 * 16;
  struct platform_stand_in *made = (struct platform_stand_in *)(memory + top);
  *made = (struct platform_stand_in){.memory = memory};
  made->parent = platform_process_id();
  made->owner = made->parent;
  made->group = group;
  made->changed_signals = platform_handled_signals() | platform_ignored_signals();
  uint64_t mask = platform_block_all_signals();
  made->process = clone_child(stand_in, made, CLONE_VM | CLONE_FILES | SIGCHLD, made);
  *error = made->process < 0 ? errno : 0;
  platform_restore_signal_mask(mask);
  if (*error) {
    give_memory_back(memory);
    return NULL;
  }
  // Also here, so that it is a member when this returns.
  if (group >= 0) setpgid(made->process, group);
  return made;
}

int platform_stand_in_process(const struct platform_stand_in *stand_in) { return stand_in->process; }

bool platform_take_terminal_signal(struct platform_stand_in *stand_in) {
  return __atomic_exchange_n(&stand_in->is_of_terminal, 0, __ATOMIC_ACQ_REL) != 0;
}

void platform_await_stand_in(struct platform_stand_in *stand_in) {
  uint32_t asked = __atomic_add_fetch(&stand_in->asked, 1, __ATOMIC_ACQ_REL);
  syscall(SYS_kill, stand_in->process, WAKE_SIGNAL);
  while (1) {
    uint32_t answered = __atomic_load_n(&stand_in->answered, __ATOMIC_ACQUIRE);
    if (answered == asked || platform_is_ending(stand_in)) return;
    struct timespec limit = {.tv_nsec = 10000000};
    long result = syscall(SYS_futex, &stand_in->answered, FUTEX_WAIT, answered, &limit);
    if (result != 0 && errno == ETIMEDOUT && (stand_in_has_ended(stand_in) || stand_in_is_stopped(stand_in))) return;
  }
}

uint64_t platform_take_stand_in_signals(struct platform_stand_in *stand_in) {
  return __atomic_exchange_n(&stand_in->received, 0, __ATOMIC_ACQ_REL);
}

void platform_end_stand_in(struct platform_stand_in *stand_in, int status, int signal) {
  uint32_t ending = signal ? ENDING | BY_SIGNAL | (signal & 0xff) : ENDING | (status & 0xff);
  __atomic_store_n(&stand_in->ending, ending, __ATOMIC_RELEASE);
  // Any signal has it look, and with this one a stopped one goes on to end.
  syscall(SYS_kill, stand_in->process, SIGCONT);
}

bool platform_is_ending(const struct platform_stand_in *stand_in) {
  return __atomic_load_n(&stand_in->ending, __ATOMIC_ACQUIRE) != 0;
}

bool platform_await_end(const struct platform_stand_in *stand_in) {
  for (int attempt = 0; attempt < 100; attempt++) {
    if (stand_in_has_ended(stand_in)) return true;
    if (stand_in_is_stopped(stand_in)) return false;
    poll(NULL, 0, 1);
  }
  return false;
}

static bool has_followed(struct platform_stand_in *stand_in, uint32_t keeping) {
  __atomic_store_n(&stand_in->keeping, keeping, __ATOMIC_RELEASE);
  syscall(SYS_kill, stand_in->process, WAKE_SIGNAL);
  // One that was stopped just now, by another process, does not answer.
  for (int attempt = 0; attempt < 100; attempt++) {
    uint32_t kept = __atomic_load_n(&stand_in->kept, __ATOMIC_ACQUIRE);
    if (kept == keeping) return true;
    struct timespec limit = {.tv_nsec = 10000000};
    syscall(SYS_futex, &stand_in->kept, FUTEX_WAIT, kept, &limit);
  }
  return false;
}

bool platform_keep_stand_in(struct platform_stand_in *stand_in, int process, int keeper, int signals) {
  if (platform_is_ending(stand_in)) return false;
  stand_in->owner = process;
  stand_in->keeper = keeper;
  stand_in->signals = signals;
  return has_followed(stand_in, 1);
}

bool platform_stop_keeping_stand_in(struct platform_stand_in *stand_in) {
  stand_in->owner = stand_in->parent;
  return has_followed(stand_in, 0);
}

void platform_announce_stand_in(struct platform_stand_in *stand_in) {
  if (__atomic_load_n(&stand_in->received, __ATOMIC_ACQUIRE)) announce(stand_in);
}

static struct platform_stand_in *take_all_with_news(void) {
  struct platform_stand_in *list = __atomic_exchange_n(&with_news, NULL, __ATOMIC_ACQ_REL), *earliest_first = NULL;
  while (list) {
    struct platform_stand_in *next = list->next;
    list->next = earliest_first;
    earliest_first = list;
    list = next;
  }
  return earliest_first;
}

int platform_next_with_news(void) {
  static struct platform_stand_in *rest;
  static bool has_begun;
  if (!has_begun) rest = take_all_with_news();
  has_begun = true;
  while (rest) {
    struct platform_stand_in *found = rest;
    rest = found->next;
    int process = found->process;
    // From here on it may be listed again, or freed.
    uint32_t listing = __atomic_fetch_and(&found->listing, ~(uint32_t)IS_LISTED, __ATOMIC_ACQ_REL);
    if (!(listing & IS_FREED)) return process;
    give_memory_back(found->memory);
  }
  has_begun = false;
  return 0;
}

void platform_free_stand_in(struct platform_stand_in *stand_in) {
  void *memory = stand_in->memory;
  // One that is listed is given back when it is taken off.
  if (!(__atomic_fetch_or(&stand_in->listing, IS_FREED, __ATOMIC_ACQ_REL) & IS_LISTED)) give_memory_back(memory);
}
