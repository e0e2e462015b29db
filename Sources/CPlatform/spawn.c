#define _GNU_SOURCE
#include "platform_spawn.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform_faults.h"
#include "spawn_steps.h"
#include "stand_in.h"

// Enough for the steps and one signal frame with every vector register.
#define CHILD_STACK_BYTES 32768

static void announce(int *started, int process) {
  __atomic_store_n(started, process, __ATOMIC_RELEASE);
  syscall(SYS_futex, started, FUTEX_WAKE_PRIVATE, INT_MAX, (void *)0, (void *)0, 0);
}

int platform_wait_until_started(int *started) {
  int process;
  while ((process = __atomic_load_n(started, __ATOMIC_ACQUIRE)) == 0)
    syscall(SYS_futex, started, FUTEX_WAIT_PRIVATE, 0, (void *)0, (void *)0, 0);
  return process;
}

// The status that a shell gives to a program that it could not start.
IN_CHILD static int exit_status(const struct platform_spawn_failure *failure) {
  if (failure->stage != PLATFORM_SPAWN_EXECUTE) return 1;
  return failure->error == ENOENT ? 127 : 126;
}

IN_CHILD static int run_child(void *argument) {
  struct spawn_context *context = argument;
  int *started = context->request->started;
  // The kernel has set the number already; the waiter shares this memory.
  if (started) syscall(SYS_futex, started, FUTEX_WAKE_PRIVATE, INT_MAX, (void *)0, (void *)0, 0);
  platform_run_spawn_steps(context);
  syscall(SYS_exit_group, exit_status(context->failure));
  return 127;
}

static void reap(int process) {
  int status;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
}

static void pass_on_stops(int process, uint64_t stops) {
  for (; stops; stops &= stops - 1) kill(process, __builtin_ctzll(stops) + 1);
}

// Starts the child of a stand-in; minus an error number where there is none.
static int start_in(struct platform_stand_in *parent, struct spawn_context *context, char *stack) {
  struct platform_spawn_request own = *context->request;
  // Its own dispositions are those of this process when it began.
  own.default_signals |= parent->changed_signals & ~own.ignored_signals;
  context->request = &own;
  struct stand_in_child child = {
      .body = run_child,
      .argument = context,
      .stack = stack,
      .end_signal = own.started ? SIGCHLD : 0,
      .process = own.started,
  };
  int process = stand_in_have_start(parent, &child);
  if (process > 0 && context->failure->error && !own.started) stand_in_have_collected(parent, process);
  if (process == -ECHILD) context->failure->stage = PLATFORM_SPAWN_PARENT;
  return process;
}

// Starts the child of this process; minus an error number where there is none.
static int start_here(struct spawn_context *context, char *stack) {
  int *started = context->request->started;
  int flags = CLONE_VM | CLONE_VFORK | SIGCHLD | (started ? CLONE_PARENT_SETTID : 0);
  int process = clone_child(run_child, stack, flags, context, started);
  if (process < 0) return -errno;
  if (context->failure->error && !started) reap(process);
  return process;
}

int platform_spawn(const struct platform_spawn_request *request, struct platform_spawn_failure *failure) {
  // The stack is a part of ours: this call does not return before the child has left it.
  char stack[CHILD_STACK_BYTES] __attribute__((aligned(16)));
  struct spawn_context context = {.request = request, .failure = failure, .catches_stops = !request->started};
  *failure = (struct platform_spawn_failure){.stage = PLATFORM_SPAWN_FORK};
  int process = -PLATFORM_FAULT(PLATFORM_CALL_SPAWN);
  if (process == 0) {
    uint64_t mask = platform_block_all_signals();
    char *top = stack + sizeof stack;
    process = request->parent ? start_in(request->parent, &context, top) : start_here(&context, top);
    if (process > 0 && !failure->error && context.caught_stops) pass_on_stops(process, context.caught_stops);
    platform_restore_signal_mask(mask);
  }
  if (process < 0) {
    failure->error = -process;
    if (request->started) announce(request->started, process);
  }
  return failure->error ? -1 : process;
}
