// Stand-ins as parents: programs that are their children and not this process's.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "raw_call.h"
#include "stand_in.h"

// How long a stand-in may take to begin before one looks whether it can.
#define PATIENCE_NANOSECONDS 20000000

// MARK: - In the stand-in

// The C library's `clone` sets `errno`, which is not the stand-in's own.
#if defined(__x86_64__)
IN_CHILD static long clone_onto(void *stack, const struct stand_in_child *child, unsigned long flags) {
  void **top = stack;
  *--top = child->argument;
  *--top = (void *)child->body;
  long result;
  register int *shares_memory __asm__("r10") = child->shares_memory;
  register uintptr_t thread_pointer __asm__("r8") = child->thread_pointer;
  __asm__ volatile(
      "syscall\n"
      "test %0, %0\n"
      "jnz 1f\n"
      "xor %%ebp, %%ebp\n"
      "pop %%rax\n"
      "pop %%rdi\n"
      "call *%%rax\n"
      "mov %%eax, %%edi\n"
      "mov %[exit], %%eax\n"
      "syscall\n"
      "hlt\n"
      "1:"
      : "=a"(result)
      : "a"((long)SYS_clone), "D"(flags), "S"(top), "d"(child->process), "r"(shares_memory), "r"(thread_pointer),
        [exit] "i"(SYS_exit_group)
      : "rcx", "r11", "memory");
  return result;
}

static uintptr_t thread_pointer(void) {
  uintptr_t pointer;
  __asm__("mov %%fs:0, %0" : "=r"(pointer));
  return pointer;
}
#elif defined(__aarch64__)
IN_CHILD static long clone_onto(void *stack, const struct stand_in_child *child, unsigned long flags) {
  void **top = stack;
  *--top = child->argument;
  *--top = (void *)child->body;
  register long number __asm__("x8") = SYS_clone;
  register long x0 __asm__("x0") = (long)flags;
  register void **x1 __asm__("x1") = top;
  register int *x2 __asm__("x2") = child->process;
  register uintptr_t x3 __asm__("x3") = child->thread_pointer;
  register int *x4 __asm__("x4") = child->shares_memory;
  __asm__ volatile(
      "svc #0\n"
      "cbnz x0, 1f\n"
      "mov x29, #0\n"
      "ldp x1, x0, [sp], #16\n"
      "blr x1\n"
      "mov x8, %[exit]\n"
      "svc #0\n"
      "1:"
      : "+r"(x0)
      : "r"(number), "r"(x1), "r"(x2), "r"(x3), "r"(x4), [exit] "i"(SYS_exit_group)
      : "memory");
  return x0;
}

static uintptr_t thread_pointer(void) {
  uintptr_t pointer;
  __asm__("mrs %0, tpidr_el0" : "=r"(pointer));
  return pointer;
}
#else
static long clone_onto(void *stack, const struct stand_in_child *child, unsigned long flags) {
  (void)stack, (void)child, (void)flags;
  return -ENOSYS;
}

static uintptr_t thread_pointer(void) { return 0; }
#endif

IN_CHILD void stand_in_start_child(struct platform_stand_in *self) {
  struct stand_in_child *child = __atomic_exchange_n(&self->child, NULL, __ATOMIC_ACQ_REL);
  if (!child) return;
  unsigned long flags = CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_SETTLS;
  long result = clone_onto(child->stack, child, flags | (unsigned long)child->end_signal);
  // When the child exists, the thread that waits may go on at any moment, and what it has told lives on its stack.
  if (result >= 0) return;
  int *shares_memory = child->shares_memory;
  // One store says all: the thread may return at once.
  __atomic_store_n(shares_memory, (int)result, __ATOMIC_RELEASE);
  call(SYS_futex, (long)shares_memory, FUTEX_WAKE, INT_MAX, 0);
}

IN_CHILD bool stand_in_reap(struct platform_stand_in *self) {
  bool has_reaped = false;
  int failed = __atomic_exchange_n(&self->failed, 0, __ATOMIC_ACQ_REL);
  // It is just about to end.
  if (failed) call(SYS_wait4, failed, 0, __WALL, 0);
  while (1) {
    uint32_t read = __atomic_load_n(&self->read, __ATOMIC_ACQUIRE);
    if (self->written - read == CHANGE_COUNT) {
      __atomic_store_n(&self->is_full, 1, __ATOMIC_SEQ_CST);
      if (__atomic_load_n(&self->read, __ATOMIC_SEQ_CST) == read) return has_reaped;
      continue;
    }
    struct platform_child_change *change = &self->changes[self->written % CHANGE_COUNT];
    struct rusage usage;
    long found = call(SYS_wait4, -1, (long)&change->status, WNOHANG | WUNTRACED | WCONTINUED, (long)&usage);
    if (found <= 0) return has_reaped;
    change->process = (int)found;
    change->user = usage.ru_utime;
    change->system = usage.ru_stime;
    change->maximum_resident_kilobytes = usage.ru_maxrss;
    __atomic_store_n(&self->written, self->written + 1, __ATOMIC_RELEASE);
    has_reaped = true;
  }
}

// MARK: - In this process

static void wake(const struct platform_stand_in *stand_in) { syscall(SYS_kill, stand_in->process, WAKE_SIGNAL); }

static void wait_while(int *word, int value, const struct timespec *limit) {
  syscall(SYS_futex, word, FUTEX_WAIT, value, limit, (void *)0, 0);
}

bool stand_in_has_ended(const struct platform_stand_in *stand_in) {
  siginfo_t found = {.si_pid = 0};
  int result = waitid(P_PID, (id_t)stand_in->process, &found, WEXITED | WNOHANG | WNOWAIT);
  // One that was reaped is no child any more, and one that outlived its shell never was this process's.
  return result == 0 ? found.si_pid != 0 : kill(stand_in->process, 0) != 0;
}

// Whether a signal or a debugger has stopped it: the third field of `/proc/PID/stat`, see proc_pid_stat(5).
bool stand_in_is_stopped(const struct platform_stand_in *stand_in) {
  char text[256];
  snprintf(text, sizeof text, "/proc/%d/stat", stand_in->process);
  int file = open(text, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  text[count > 0 ? count : 0] = 0;
  const char *end_of_name = strrchr(text, ')');
  return end_of_name && (strncmp(end_of_name, ") T", 3) == 0 || strncmp(end_of_name, ") t", 3) == 0);
}

// Takes back what the stand-in was told, unless it has begun.
static bool withdraw(struct platform_stand_in *stand_in, struct stand_in_child *child) {
  return __atomic_compare_exchange_n(&stand_in->child, &child, NULL, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

int stand_in_have_start(struct platform_stand_in *parent, struct stand_in_child *child) {
  const struct timespec patience = {.tv_nsec = PATIENCE_NANOSECONDS};
  int process = 0, shares_memory = 1;
  if (!child->process) child->process = &process;
  int *started = child->process;
  child->shares_memory = &shares_memory;
  child->thread_pointer = thread_pointer();
  struct stand_in_child *none = NULL;
  // Another thread may have it start a child just now.
  while (!__atomic_compare_exchange_n(&parent->child, &none, child, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    none = NULL;
    sched_yield();
  }
  wake(parent);
  int state;
  while ((state = __atomic_load_n(&shares_memory, __ATOMIC_ACQUIRE)) > 0) {
    bool has_started = __atomic_load_n(started, __ATOMIC_ACQUIRE) != 0;
    wait_while(&shares_memory, 1, has_started ? NULL : &patience);
    if (has_started || __atomic_load_n(started, __ATOMIC_ACQUIRE) != 0) continue;
    bool is_gone = stand_in_has_ended(parent);
    if ((is_gone || stand_in_is_stopped(parent)) && withdraw(parent, child)) return -ECHILD;
    // It had begun when it was ended.
    if (is_gone && __atomic_load_n(started, __ATOMIC_ACQUIRE) == 0) return -ECHILD;
  }
  return state < 0 ? state : __atomic_load_n(started, __ATOMIC_ACQUIRE);
}

void stand_in_have_collected(struct platform_stand_in *parent, int process) {
  int none = 0;
  // Another thread may have it collect one just now.
  while (!__atomic_compare_exchange_n(&parent->failed, &none, process, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    none = 0;
    platform_await_stand_in(parent);
    if (stand_in_has_ended(parent)) return;
  }
  platform_await_stand_in(parent);
}

bool platform_take_child_change(struct platform_stand_in *stand_in, struct platform_child_change *change) {
  uint32_t read = stand_in->read;
  if (__atomic_load_n(&stand_in->written, __ATOMIC_ACQUIRE) == read) {
    if (__atomic_exchange_n(&stand_in->is_full, 0, __ATOMIC_SEQ_CST)) wake(stand_in);
    return false;
  }
  *change = stand_in->changes[read % CHANGE_COUNT];
  __atomic_store_n(&stand_in->read, read + 1, __ATOMIC_SEQ_CST);
  return true;
}
